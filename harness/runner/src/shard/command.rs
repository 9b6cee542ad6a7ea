//! The command lines of the parts of a run and of the whole.

use super::Shard;

/// Options of a part alone, each with a value.
const OF_PART: [&str; 3] = ["--shard", "--job", "--seed"];
/// What decides where results go, and not what they are.
const OF_PLACE: [&str; 2] = ["--upload", "--output"];

/// The words of the command that measures the whole run, without those that state a part, a place or how it is printed.
#[must_use]
pub fn of_whole(words: &[String]) -> Vec<String> {
    without(words, &[&OF_PART[..2], &OF_PLACE].concat())
}

/// The words of the command that measures `shard` of `job` with this seed, from those of another shard's or the whole's.
#[must_use]
pub fn of_shard(words: &[String], shard: Shard, job: &str, seed: u64) -> Vec<String> {
    let rest = without(words, &OF_PART);
    let own = ["--shard", &shard.to_string(), "--job", job, "--seed", &seed.to_string()].map(str::to_string);
    let (command, options) = rest.split_at(rest.len().min(2));
    [command, &own, options].concat()
}

/// The words up to a module's own arguments without these options and their values, and `--json`.
fn without(words: &[String], options: &[&str]) -> Vec<String> {
    let own = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (before, after) = words.split_at(own);
    let mut kept = Vec::new();
    let mut rest = before.iter();
    while let Some(word) = rest.next() {
        let named = |option: &&str| word.strip_prefix(option).is_some_and(|end| end.starts_with('='));
        if options.contains(&word.as_str()) {
            rest.next();
        } else if word != "--json" && !options.iter().any(named) {
            kept.push(word.clone());
        }
    }
    [&kept, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_string).collect()
    }

    #[test]
    fn a_part_s_command_is_the_whole_s_and_its_own_options() {
        let typed =
            words("wasmark run my.wasm --shard=1/3 --upload s3://b/x --json --rounds 2 -- --shard 9 --json");
        let shard = "2/3".parse().expect("a shard");
        assert_eq!(
            of_shard(&typed, shard, "j", 7).join(" "),
            "wasmark run --shard 2/3 --job j --seed 7 my.wasm --upload s3://b/x --rounds 2 -- --shard 9 --json"
        );
        assert_eq!(of_whole(&typed).join(" "), "wasmark run my.wasm --rounds 2 -- --shard 9 --json");
        let again = of_shard(&of_shard(&typed, shard, "j", 7), shard, "j", 7);
        assert_eq!(again, of_shard(&typed, shard, "j", 7));
    }
}
