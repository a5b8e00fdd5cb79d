//! Lists in order.

/// The items by their keys, the smallest first; equal ones stay as they were. Only keys of one type are sorted: sorting is
/// compiled once, not for each type of item.
#[must_use]
pub fn ordered<T>(items: Vec<T>, key: impl Fn(&T) -> (i64, i64)) -> Vec<T> {
    let mut places: Vec<_> = items.iter().enumerate().map(|(place, item)| (key(item), place)).collect();
    places.sort_unstable();
    let mut items: Vec<_> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|(_, place)| items.get_mut(place)?.take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_lost_and_equals_stay_in_their_order() {
        let items = vec![(2, "a"), (1, "b"), (2, "c"), (1, "d"), (-3, "e")];
        let places: String = ordered(items, |item| (item.0, 0)).into_iter().map(|item| item.1).collect();
        assert_eq!(places, "ebdac");
    }
}
