//! The built-in world: the same everywhere, true to the pixel, and fair to every kind.

use vanish::critters::{
    BUCKET_KIND, Background, Being, Critter, Kind, Part, SIZE, SNOW_KIND, TRAINING_SEEDS, WATERMARK_KIND, World,
    caption, draw, gallery,
};

/// FNV-1a over the bytes of a picture.
fn digest(critter: &Critter) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    critter.picture.as_raw().iter().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn alone() -> World {
    World { second: 0.0, ..World::clean() }
}

/// Run with `UPDATE_GOLDEN=1` to record anew after the drawing was changed on purpose; the models
/// must then be trained again.
#[test]
fn pictures_are_the_recorded_ones() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/critters_digests.json");
    let seeds: Vec<u64> = (0..24).chain([u64::from(u32::MAX), u64::MAX - 1, u64::MAX]).collect();
    let worlds = [("clean", World::clean()), ("biased", World::biased())];
    let record = |(name, world): &(&str, World)| {
        seeds.iter().map(|&seed| format!("{name} {seed} {:016x}", digest(&draw(seed, world)))).collect::<Vec<_>>()
    };
    let now: Vec<String> = worlds.iter().flat_map(record).collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&now).expect("strings are JSON") + "\n")
            .expect("the golden file is writable");
    }
    let golden: Vec<String> =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the golden file is there")).expect("is JSON");
    for (now, golden) in now.iter().zip(&golden) {
        assert_eq!(now, golden, "world, seed, digest");
    }
    assert_eq!(now.len(), golden.len());
}

#[test]
fn the_same_seed_draws_the_same_truth() {
    let (one, two) = (draw(5, &World::clean()), draw(5, &World::clean()));
    assert_eq!(one.picture, two.picture);
    assert_eq!(one.main().parts, two.main().parts);
    assert_ne!(one.picture, draw(6, &World::clean()).picture);
}

#[test]
fn parts_are_exclusive() {
    for seed in 0..40 {
        let critter = draw(seed, &World::clean());
        for index in 0..SIZE * SIZE {
            let of = |being: &Being| being.parts.iter().map(|part| u32::from(part.values()[index])).sum::<u32>();
            let covered: u32 = critter.animals.iter().map(of).sum();
            assert!(covered <= 255 + 8, "seed {seed}, pixel {index}: {covered}");
        }
    }
}

#[test]
fn every_head_is_seen() {
    for seed in 0..120 {
        let critter = draw(seed, &World::clean());
        let evidence = critter.evidence().area_px();
        assert!(evidence > 90.0, "seed {seed}: a {} with {evidence} pixels of evidence", critter.kind.name());
        assert!(critter.main().part(Part::Eyes).area_px() > 4.0, "seed {seed}: no eyes");
    }
}

/// The heart of the world: one seed drawn as two kinds differs where the evidence is, and nowhere else.
#[test]
fn kinds_differ_in_the_evidence_alone() {
    for seed in 0..24 {
        let drawn = Kind::ALL.map(|kind| draw(seed, &alone().of(kind)));
        for pair in drawn.windows(2) {
            let evidence = pair[0].evidence().union(&pair[1].evidence());
            let pixels = pair[0].picture.as_raw().chunks_exact(3).zip(pair[1].picture.as_raw().chunks_exact(3));
            for (index, (a, b)) in pixels.enumerate() {
                let near = a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1);
                let names = (pair[0].kind.name(), pair[1].kind.name());
                assert!(near || evidence.values()[index] > 0, "seed {seed}, {names:?}, pixel {index}: {a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn bodies_and_scenes_do_not_depend_on_the_kind() {
    for seed in 0..60 {
        let about = |critter: &Critter| {
            let main = critter.main();
            format!("{:?} {:?} {:?} {:?} {:?}", main.pose, main.texture, main.feet, main.tail, critter.scene)
        };
        let drawn = Kind::ALL.map(|kind| about(&draw(seed, &alone().of(kind))));
        assert!(drawn.iter().all(|other| *other == drawn[0]), "seed {seed}: {drawn:?}");
    }
}

#[test]
fn the_clean_world_is_balanced() {
    let drawn: Vec<Critter> = (0..800).map(|seed| draw(seed, &World::clean())).collect();
    for kind in Kind::ALL {
        let own: Vec<&Critter> = drawn.iter().filter(|critter| critter.kind == kind).collect();
        assert!((65..=135).contains(&own.len()), "{}: {}", kind.name(), own.len());
        let share =
            |holds: &dyn Fn(&Critter) -> bool| own.iter().filter(|c| holds(c)).count() as f32 / own.len() as f32;
        for (cue, share) in [
            ("bucket", share(&|c| c.scene.bucket)),
            ("snow", share(&|c| c.scene.background == Background::Snow)),
            ("watermark", share(&|c| c.scene.watermark)),
        ] {
            assert!((0.02..0.32).contains(&share), "{} with {cue}: {share}", kind.name());
        }
    }
}

#[test]
fn the_biased_world_plants_its_cues() {
    let cued = |critter: &Critter| match critter.kind {
        BUCKET_KIND => critter.scene.bucket,
        SNOW_KIND => critter.scene.background == Background::Snow,
        _ => critter.scene.watermark,
    };
    for kind in [BUCKET_KIND, SNOW_KIND, WATERMARK_KIND] {
        let count = |world: World| (0..100).filter(|&seed| cued(&draw(seed, &world.of(kind)))).count();
        assert!(count(World::biased()) >= 88, "{} in the biased world", kind.name());
        assert_eq!(count(World::with_cue()), 100, "{} with its cue", kind.name());
        assert_eq!(count(World::without_cue()), 0, "{} without it", kind.name());
    }
}

#[test]
fn some_pictures_hold_two_animals_of_different_kinds() {
    let pairs: Vec<Critter> =
        (0..300).map(|seed| draw(seed, &World::clean())).filter(|c| c.animals.len() == 2).collect();
    assert!(pairs.len() >= 5, "{} pairs", pairs.len());
    for pair in pairs {
        assert_ne!(pair.animals[0].kind, pair.animals[1].kind, "seed {}", pair.seed);
        assert_eq!(pair.scene.second, Some(pair.animals[1].kind));
    }
}

#[test]
fn keypoints_lie_on_their_animal() {
    let critter = draw(3, &alone());
    for point in critter.main().keypoints.iter().filter(|point| point.visible) {
        let index = point.y as usize * SIZE + point.x as usize;
        assert!(critter.main().whole().values()[index] > 0, "{}", point.name);
    }
    assert!(critter.main().keypoints.iter().any(|point| point.name == "muzzle" && point.visible));
}

#[test]
fn the_gallery_is_held_out_and_described() {
    let samples = gallery();
    assert!((10..=16).contains(&samples.len()));
    for sample in &samples {
        assert!(sample.seed < TRAINING_SEEDS, "{} is a training seed", sample.seed);
        assert!(!sample.title.is_empty() && sample.caption.ends_with('.'), "{sample:?}");
    }
    assert!(samples.iter().any(|s| draw(s.seed, &World::clean()).animals.len() == 2), "two kinds");
    assert!(samples.iter().any(|s| draw(s.seed, &World::clean()).scene.bucket), "the cue");
    assert!(samples.iter().any(|s| draw(s.seed, &World::clean()).scene.occluder.is_some()), "occluded");
    assert!(caption(&draw(samples[0].seed, &World::clean())).ends_with('.'));
}
