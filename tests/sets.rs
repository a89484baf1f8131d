//! Sets of pictures in all their forms, made on the spot.

#[path = "common/scratch.rs"]
#[allow(dead_code)]
mod scratch;

use std::ffi::OsStr;
use std::path::Path;

use scratch::Scratch;
use vanish::ErrorKind;
use vanish::picture::{RgbImage, to_png};
use vanish::study::{Item, Label, Part, Place, Set};

impl Scratch {
    fn write(&self, file: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        std::fs::write(path, bytes).expect("a new file");
        self
    }

    /// A grey picture whose width tells it from others.
    fn picture(&self, file: impl AsRef<Path>, width: u32) -> &Self {
        self.write(file, to_png(&RgbImage::new(width, 8)).expect("a PNG"))
    }

    fn open(&self, name: &str) -> Vec<Item> {
        items(&Set::open(self.0.join(name), 0).unwrap_or_else(|e| panic!("{name}: {e}")))
    }
}

fn items(set: &Set) -> Vec<Item> {
    (0..set.len()).map(|n| set.item(n).unwrap_or_else(|e| panic!("{}: {e}", set.name(n)))).collect()
}

fn named(name: &str) -> Option<Label> {
    Some(Label::Name(name.into()))
}

/// Name, width and label of each.
fn seen(items: &[Item]) -> Vec<(&str, u32, Option<Label>)> {
    items.iter().map(|item| (item.name.as_str(), item.pixels.width(), item.label.clone())).collect()
}

#[test]
fn subfolders_are_classes_with_all_that_lies_below_them_and_loose_pictures_have_none() {
    let folder = Scratch::folder("sets-classes");
    folder.picture("dog/b.png", 11).picture("cat/a.png", 12).picture("c.PNG", 13);
    // Tiny ImageNet keeps its pictures one folder deeper.
    folder.picture("cat/images/deeper/d.JPG", 14).picture(".hidden.png", 15).picture("cat/.hidden/e.png", 15);
    folder.write("cat/boxes.txt", "no picture").write("readme", "no picture");
    let right = [
        ("c.PNG", 13, None),
        ("cat/a.png", 12, named("cat")),
        ("cat/images/deeper/d.JPG", 14, named("cat")),
        ("dog/b.png", 11, named("dog")),
    ];
    let overlooked = Set::open(&folder.0, 0).expect("a set").overlooked();
    assert_eq!(overlooked.as_deref(), Some("2 files that are not named as pictures are (such as cat/boxes.txt)"));
    let items = folder.open("");
    let mut seen = seen(&items);
    seen.sort_by_key(|item| item.0);
    assert_eq!(seen, right);
}

#[cfg(unix)]
#[test]
fn links_that_lead_round_in_a_circle_end_and_a_link_to_nothing_is_named() {
    use std::os::unix::fs::symlink;
    let folder = Scratch::folder("sets-links");
    folder.picture("cat/deep/a.png", 11).picture("dog/b.png", 12);
    for (to, link) in [("..", "cat/up"), ("../..", "cat/deep/top"), ("../cat", "dog/cats"), ("nowhere.png", "c.png")] {
        symlink(to, folder.0.join(link)).expect("a link");
    }
    symlink(folder.0.join("cat"), folder.0.join("lynx")).expect("a link");
    let set = Set::open(&folder.0, 0).expect("a set");
    let names: Vec<String> = (0..set.len()).map(|number| set.name(number)).collect();
    let right = ["c.png", "cat/deep/a.png", "dog/b.png", "dog/cats/deep/a.png", "lynx/deep/a.png"];
    assert_eq!(names, right);
    let error = set.item(0).expect_err("there is no such file").to_string();
    assert!(error.contains("c.png cannot be read"), "{error}");
}

#[test]
fn lists_in_json_give_classes_by_number_or_name_and_boxes() {
    let folder = Scratch::folder("sets-json");
    folder.picture("a.png", 11).picture("b.png", 12).picture("c.png", 13).picture("unlisted.png", 14);
    folder.write(
        "labels.json",
        r#"[{"file": "a.png", "index": 7, "name": "crane"}, {"file": "b.png", "label": "crane"}]"#,
    );
    assert_eq!(seen(&folder.open("")), [("a.png", 11, Some(Label::Index(7))), ("b.png", 12, named("crane"))]);
    folder.write(
        "boxes.json",
        r#"[{"file": "c.png", "index": 1, "boxes": [[1, 2, 5, 6]], "width": 13,
            "parts": [{"name": "eye", "point": [2, 3]}, {"name": "tail", "box": [4, 5, 5, 6]}]}]"#,
    );
    let items = folder.open("");
    assert_eq!((items.len(), items[0].boxes.as_slice()), (1, [[1.0, 2.0, 5.0, 6.0]].as_slice()));
    let part = |name: &str, place| Part { name: name.into(), place };
    let right = [part("eye", Place::Point([2.0, 3.0])), part("tail", Place::Box([4.0, 5.0, 5.0, 6.0]))];
    assert_eq!(items[0].parts, right);
}

#[test]
fn tables_and_lists_name_files_beside_them() {
    let folder = Scratch::folder("sets-tables");
    folder.picture("a.png", 11).picture("with, comma.png", 12).picture("sub/c.png", 13);
    folder.write("set.csv", "\u{feff}File,Label\r\na.png,tabby cat\r\n\"with, comma.png\",3\r\nsub/c.png,label:3\r\n");
    let right = [
        ("a.png", 11, named("tabby cat")),
        ("with, comma.png", 12, Some(Label::Index(3))),
        ("sub/c.png", 13, named("3")),
    ];
    assert_eq!(seen(&folder.open("set.csv")), right);
    folder.write("list.txt", "# two of three\n\nsub/c.png\r\na.png\n");
    assert_eq!(seen(&folder.open("list.txt")), [("sub/c.png", 13, None), ("a.png", 11, None)]);
    folder.write("labels.csv", "path,class,index\na.png,cat,5\nsub/c.png,dog,\n");
    assert_eq!(seen(&folder.open("")), [("a.png", 11, Some(Label::Index(5))), ("sub/c.png", 13, named("dog"))]);
}

#[test]
fn columns_may_be_apart_by_semicolons_or_tabs() {
    let folder = Scratch::folder("sets-separators");
    folder.picture("a.png", 11).picture("b;c.png", 12);
    for (name, text) in
        [("semicolon.csv", "\u{feff}file;label\r\na.png;cat\r\n"), ("tab.tsv", "label\tfile\ncat\ta.png\n")]
    {
        folder.write(name, text);
        assert_eq!(seen(&folder.open(name)), [("a.png", 11, named("cat"))], "{name}");
    }
    // A name may hold a separator: what names a file that is there is a list.
    folder.write("list.txt", "b;c.png\na.png\n");
    assert_eq!(seen(&folder.open("list.txt")), [("b;c.png", 12, None), ("a.png", 11, None)]);
}

#[test]
fn tables_are_read_in_the_encodings_of_spreadsheets() {
    let folder = Scratch::folder("sets-encodings");
    folder.picture("a.png", 11).picture("ä.png", 12);
    let table = "file,label\r\na.png,früh\r\n";
    let units = |table: &str| table.encode_utf16().collect::<Vec<u16>>();
    let wide = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        [mark, &units(table).into_iter().flat_map(unit).collect::<Vec<u8>>()].concat()
    };
    folder
        .write("little.csv", wide(b"\xff\xfe", u16::to_le_bytes))
        .write("big.csv", wide(b"\xfe\xff", u16::to_be_bytes));
    folder.write("latin.csv", b"file,label\na.png,fr\xfch\n");
    for name in ["little.csv", "big.csv", "latin.csv"] {
        assert_eq!(seen(&folder.open(name)), [("a.png", 11, named("früh"))], "{name}");
    }
    let list: Vec<u8> = units("ä.png\n").into_iter().flat_map(u16::to_le_bytes).collect();
    folder.write("list.txt", [b"\xff\xfe", &list[..]].concat());
    assert_eq!(seen(&folder.open("list.txt")), [("ä.png", 12, None)]);
}

#[test]
fn json_of_another_form_is_told_which_is_read() {
    let folder = Scratch::folder("sets-other-json");
    folder.picture("a.png", 11).write("number.json", r#"[{"file": "a.png", "label": 3}]"#);
    assert_eq!(seen(&folder.open("number.json")), [("a.png", 11, Some(Label::Index(3)))]);
    for (name, text, says) in [
        (
            "names.json",
            r#"["a.png"]"#,
            [r#"invalid type: string "a.png", expected an object"#, r#"like {"file": "a.jpg""#],
        ),
        ("path.json", r#"[{"path": "a.png"}]"#, ["missing field `file`", r#"like {"file": "a.jpg""#]),
        ("map.json", r#"{"a.png": "cat"}"#, ["missing field `images`", r#"a plain list is [{"file":"#]),
        ("lines.jsonl", "{\"file\": \"a.png\"}\n{\"file\": \"a.png\"}\n", ["missing field `images`", "COCO's form"]),
    ] {
        folder.write(name, text);
        let error = Set::open(folder.0.join(name), 0).map(|_| ()).expect_err(name).to_string();
        assert!(says.iter().all(|says| error.contains(says)), "{name}: {error}");
    }
}

#[test]
fn a_picture_a_model_and_a_table_without_names_are_not_read_as_lists() {
    let folder = Scratch::folder("sets-no-list");
    folder.picture("a.png", 11).write("model.onnx", b"\x08\x08\x12\x07pytorch:\x00");
    folder.write("no-head.csv", "a.png,red\n").write("other-head.csv", "img;class\na.png;red\n");
    folder.write("letter.pdf", "%PDF-1.4\nno picture\n");
    for (name, says) in [
        ("letter.pdf", "none of its lines names a file"),
        ("a.png", "this is a picture; give a folder"),
        ("model.onnx", "neither a folder nor text"),
        ("no-head.csv", "no column is called `file`"),
        ("other-head.csv", "no column is called `file`"),
    ] {
        let error = Set::open(folder.0.join(name), 0).map(|_| ()).expect_err(name).to_string();
        assert!(error.contains(says) && !error.contains(char::is_control), "{name}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn control_characters_of_a_name_are_not_said_to_a_terminal() {
    let folder = Scratch::folder("sets-control");
    folder.write("a\n\u{1b}[31mb.png", b"no picture");
    let set = Set::open(&folder.0, 0).expect("a set");
    assert_eq!(set.name(0), "a\\n\\u{1b}[31mb.png");
    let error = set.item(0).map(|_| ()).expect_err("no picture").to_string();
    assert!(!error.contains(char::is_control), "{error:?}");
}

const COCO: &str = r#"{
    "info": {"year": 2026},
    "images": [{"id": 4, "file_name": "a.png", "width": 20}, {"id": 9, "file_name": "b.png"}],
    "annotations": [
        {"image_id": 4, "category_id": 2, "bbox": [1, 1, 2, 2]},
        {"image_id": 4, "category_id": 1, "bbox": [2, 1, 6, 5], "keypoints": [3, 2, 2, 0, 0, 0], "iscrowd": 0},
        {"image_id": 4, "category_id": 1, "bbox": [9, 1, 3, 3]}
    ],
    "categories": [{"id": 1, "name": "cat", "keypoints": ["left_eye", "tail"]}, {"id": 2, "name": "cup"}]
}"#;

#[test]
fn annotations_of_coco_name_the_largest_object_its_boxes_and_its_points() {
    let folder = Scratch::folder("sets-coco");
    folder.picture("images/a.png", 20).picture("images/b.png", 12).write("annotations.json", COCO);
    let items = folder.open("");
    assert_eq!(seen(&items), [("a.png", 20, named("cat")), ("b.png", 12, None)]);
    assert_eq!(items[0].boxes, [[2.0, 1.0, 8.0, 6.0], [9.0, 1.0, 12.0, 4.0]]);
    let part = |name: &str, place| Part { name: name.into(), place };
    let cup = part("cup", Place::Box([1.0, 1.0, 3.0, 3.0]));
    assert_eq!(items[0].parts, [part("left_eye", Place::Point([3.0, 2.0])), cup]);
}

#[test]
fn annotations_of_coco_with_gaps_are_read_and_a_missing_picture_does_not_hide_the_others() {
    let folder = Scratch::folder("sets-coco-gaps");
    let gaps = r#"{
        "images": [{"id": "1", "file_name": "gone.png"}, {"id": "2", "file_name": "a.png"}],
        "annotations": [
            {"image_id": "2", "category_id": -1, "bbox": [9, 9, -8, -8], "keypoints": null, "segmentation": null},
            {"image_id": "2", "category_id": 3, "bbox": [2, 1, 3, 2], "keypoints": [3, 2, 2, null, null, 0]},
            {"image_id": "2", "category_id": 3, "bbox": [], "segmentation": {"counts": [1, 2], "size": [8, 9]}},
            {"image_id": "2", "category_id": null, "bbox": [0, 0, 1, 1]}
        ],
        "categories": [{"id": -1, "name": "cup", "keypoints": null}, {"id": 3, "name": "cat", "keypoints": ["a", "b"]}]
    }"#;
    folder.picture("images/a.png", 11).write("annotations.json", gaps);
    let set = Set::open(&folder.0, 0).expect("a set");
    assert!(set.item(0).is_err_and(|e| e.to_string().contains("gone.png")));
    let item = set.item(1).expect("it lies in the usual folder");
    assert_eq!((item.label, item.boxes), (named("cat"), vec![[2.0, 1.0, 5.0, 3.0]]));
    let names: Vec<&str> = item.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["a", "cup"]);
}

#[test]
fn a_crowd_of_coco_names_no_class_and_counts_among_those_of_its_category() {
    let folder = Scratch::folder("sets-coco-crowd");
    let crowds = r#"{
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}, {"id": 3, "file_name": "c.png"}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "iscrowd": 1, "segmentation": {"counts": [1]}},
            {"image_id": 1, "category_id": 2, "bbox": [2, 1, 3, 2], "iscrowd": 0},
            {"image_id": 2, "category_id": 1, "bbox": [0, 0, 9, 9], "iscrowd": true},
            {"image_id": 2, "category_id": 1, "bbox": [1, 1, 2, 2], "iscrowd": null},
            {"image_id": 2, "category_id": 2, "bbox": [1, 1, 1, 1], "iscrowd": false},
            {"image_id": 3, "category_id": 1, "bbox": [0, 0, 9, 9], "iscrowd": 1.0}
        ],
        "categories": [{"id": 1, "name": "cup"}, {"id": 2, "name": "cat"}]
    }"#;
    folder.picture("a.png", 11).picture("b.png", 12).picture("c.png", 13).write("annotations.json", crowds);
    let items = folder.open("");
    assert_eq!(seen(&items), [("a.png", 11, named("cat")), ("b.png", 12, named("cup")), ("c.png", 13, None)]);
    let cups = |item: &Item| item.parts.iter().filter(|part| part.name == "cup").count();
    assert_eq!((&items[0].boxes[..], cups(&items[0])), (&[[2.0, 1.0, 5.0, 3.0]][..], 1));
    assert_eq!((items[1].boxes.len(), cups(&items[1])), (2, 0));
    assert_eq!((items[2].boxes.len(), cups(&items[2])), (0, 1));
}

#[test]
fn outlines_of_coco_without_a_box_have_the_one_around_them() {
    let folder = Scratch::folder("sets-coco-outlines");
    let outlines = r#"{
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "segmentation": [[3, 2, 9, 2.5, 5, 6], [1, 4, 2, 4, 2, 5]]},
            {"image_id": 1, "category_id": 1, "segmentation": [4, 4, 5, 4, 5, 6], "bbox": []},
            {"image_id": 1, "category_id": 1, "segmentation": [[0, 0, 1, 1]], "bbox": [2, 2, 1, 1]},
            {"image_id": 1, "category_id": 1, "segmentation": []},
            {"image_id": 1, "category_id": 2, "segmentation": {"counts": "abc", "size": [9, 9]}}
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "cup"}]
    }"#;
    folder.picture("a.png", 11).write("annotations.json", outlines);
    let items = folder.open("");
    assert_eq!(items[0].label, named("cat"));
    assert_eq!(items[0].boxes, [[1.0, 2.0, 9.0, 6.0], [4.0, 4.0, 5.0, 6.0], [2.0, 2.0, 3.0, 3.0]]);
}

#[test]
fn ids_of_coco_that_are_whole_numbers_may_be_written_as_fractions() {
    let folder = Scratch::folder("sets-coco-ids");
    let fractions = r#"{
        "images": [{"id": 1.0, "file_name": "a.png"}, {"id": 2e0, "file_name": "b.png"}, {"id": 1.5, "file_name": "c.png"}],
        "annotations": [
            {"image_id": 1, "category_id": 7.0, "bbox": [2, 1, 3, 2]},
            {"image_id": 2.0, "category_id": 8, "bbox": [2, 1, 3, 2]},
            {"image_id": 1.5, "category_id": 8, "bbox": [2, 1, 3, 2]}
        ],
        "categories": [{"id": 7, "name": "cat"}, {"id": 8.0, "name": "cup"}]
    }"#;
    folder.picture("a.png", 11).picture("b.png", 12).picture("c.png", 13).write("annotations.json", fractions);
    let all = [("a.png", 11, named("cat")), ("b.png", 12, named("cup")), ("c.png", 13, named("cup"))];
    assert_eq!(seen(&folder.open("")), all);
}

#[test]
fn annotations_of_coco_lie_beside_the_folder_that_they_are_named_after() {
    let folder = Scratch::folder("sets-coco-apart");
    folder.picture("val2017/a.png", 20).picture("val2017/b.png", 12).write("annotations/instances_val2017.json", COCO);
    assert_eq!(folder.open("annotations/instances_val2017.json").len(), 2);
}

#[test]
fn a_bad_picture_fails_by_its_name_and_leaves_the_others() {
    let folder = Scratch::folder("sets-bad");
    let whole = to_png(&RgbImage::new(9, 9)).expect("a PNG");
    folder.picture("a.png", 9).write("b.png", &whole[..whole.len() / 2]).write("c.avif", b"\0\0\0\x20ftypavif");
    folder.picture("d.png", 9).write("e.png", b"").write("list.txt", "a.png\nmissing.png\n");
    let set = Set::open(&folder.0, 0).expect("a set");
    for (number, bad) in [false, true, true, false, true].into_iter().enumerate() {
        let error = set.item(number).map(|_| ()).err();
        assert_eq!(error.is_some(), bad, "{}", set.name(number));
        assert!(error.is_none_or(|e| e.to_string().contains(&set.name(number)) && e.kind() == ErrorKind::Image));
    }
    let set = Set::open(folder.0.join("list.txt"), 0).expect("a set");
    assert!(set.item(1).is_err_and(|e| e.kind() == ErrorKind::Io && e.to_string().contains("missing.png")));
}

#[test]
fn what_is_no_set_says_why() {
    let folder = Scratch::folder("sets-none");
    folder
        .write("empty/notes.txt", "nothing to see")
        .write("broken.json", "[{\"file\": 3}]")
        .write("half.json", "{\"images\"");
    folder.write("nothing.csv", "file,label\n").write("other.json", "{\"version\": 1}");
    for (name, says) in [
        ("empty", "holds no picture"),
        ("broken.json", "no set of pictures"),
        ("half.json", "no set of pictures"),
        ("other.json", "images"),
        ("nothing.csv", "holds no picture"),
        ("nowhere", "cannot be read"),
    ] {
        let error = Set::open(folder.0.join(name), 0).map(|_| ()).expect_err(name);
        assert!(error.kind() == ErrorKind::Io && error.to_string().contains(says), "{name}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn paths_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let odd = |bytes: &'static [u8]| OsStr::from_bytes(bytes);
    let folder = Scratch::folder("sets-bytes");
    folder.picture(Path::new(odd(b"k\xe4fer")).join(odd(b"gr\xfcn.png")), 11);
    folder.write("list.txt", b"k\xe4fer/gr\xfcn.png\n").write("set.csv", b"file,label\nk\xe4fer/gr\xfcn.png,beetle\n");
    let class = named(&odd(b"k\xe4fer").to_string_lossy());
    for (name, label) in [("", class), ("list.txt", None), ("set.csv", named("beetle"))] {
        let items = folder.open(name);
        assert_eq!(seen(&items), [("k\u{fffd}fer/gr\u{fffd}n.png", 11, label)], "{name}");
    }
}

#[test]
fn the_built_in_world_is_a_set_with_parts() {
    let set = Set::open("critters", 5).expect("the built-in world");
    let item = set.item(2).expect("a critter");
    assert_eq!((set.name(2), item.pixels.dimensions()), (item.name.clone(), (128, 128)));
    assert!(item.parts.iter().any(|part| part.name == "head") && item.evidence.is_some_and(|e| e.len() == 128 * 128));
    assert_eq!(Set::open("critters", 7).expect("the built-in world").name(0), item.name);
}
