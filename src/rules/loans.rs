//! Which pictures lend patches, and which pictures receive them.
//!
//! Trials that paste the same patch are not independent: a patch that flips any picture wins all of them at once. So
//! the unit of counting is the donor. Each donor has a partner that lends the patch of the control. Both patches are
//! pasted into the same receivers, and no two pairs share a picture. If the content of the patch does not matter, donor
//! and partner are exchangeable. So a donor then wins as often as it loses, however similar its trials are.

use rand_chacha::ChaCha8Rng;

use super::statistics::draw::shuffle;

/// A picture to be changed, and the pictures that lend the patches of the intervention and of its control, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loan {
    pub(super) receiver: usize,
    pub(super) donor: usize,
    pub(super) control: usize,
}

/// Makes as many pairs of donor and control as possible, and deals the receivers to them in equal numbers. No picture
/// receives its own patch.
pub(super) fn lend(donors: &[usize], controls: &[usize], receivers: &[usize], random: &mut ChaCha8Rng) -> Vec<Loan> {
    let mut shuffled = |of: &[usize]| {
        let mut of = of.to_vec();
        shuffle(random, &mut of);
        of
    };
    let [donors, controls, receivers] = [donors, controls, receivers].map(&mut shuffled);
    let pairs = donors.len().min(controls.len()).min(receivers.len());
    if pairs == 0 {
        return vec![];
    }
    // Pictures that receive nothing lend first. The others lend in the order in which they receive, rotated by one, so
    // that hardly any picture meets itself.
    let (first, others): (Vec<usize>, Vec<usize>) =
        controls.into_iter().partition(|number| !receivers.contains(number));
    let mut others: Vec<usize> = receivers.iter().copied().filter(|number| others.contains(number)).collect();
    if first.is_empty() && !others.is_empty() {
        others.rotate_left(1);
    }
    let controls = [first, others].concat();
    let loan =
        |(at, &receiver): (usize, &usize)| Loan { receiver, donor: donors[at % pairs], control: controls[at % pairs] };
    let dealt = receivers.len() / pairs * pairs;
    let sound = |loan: &Loan| loan.receiver != loan.donor && loan.receiver != loan.control;
    receivers[..dealt].iter().enumerate().map(loan).filter(sound).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::statistics::draw::stream;

    fn numbers(loans: &[Loan], of: fn(&Loan) -> usize) -> BTreeSet<usize> {
        loans.iter().map(of).collect()
    }

    #[test]
    fn a_picture_lends_to_one_group_of_receivers_alone() {
        let (donors, others): (Vec<usize>, Vec<usize>) = ((0..7).collect(), (7..60).collect());
        let loans = lend(&donors, &others, &others[..40], &mut stream(3));
        assert_eq!((loans.len(), numbers(&loans, |l| l.donor).len(), numbers(&loans, |l| l.control).len()), (35, 7, 7));
        assert_eq!(numbers(&loans, |l| l.receiver).len(), 35);
        let control_of =
            |donor| numbers(&loans.iter().copied().filter(|l| l.donor == donor).collect::<Vec<_>>(), |l| l.control);
        assert!(donors.iter().all(|&donor| control_of(donor).len() == 1), "{loans:?}");
    }

    #[test]
    fn pictures_that_receive_can_lend_to_each_other() {
        for count in [2, 3, 13, 40] {
            let (own, others): (Vec<usize>, Vec<usize>) = ((0..count).collect(), (100..200).collect());
            let loans = lend(&others, &own, &own, &mut stream(1));
            assert_eq!(numbers(&loans, |l| l.control).len(), count, "{loans:?}");
        }
        assert_eq!(lend(&[1], &[2], &[2], &mut stream(1)), []);
        assert_eq!(lend(&[], &[2], &[3], &mut stream(1)), []);
    }
}
