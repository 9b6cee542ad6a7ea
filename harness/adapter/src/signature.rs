//! Calls functions with common types through an engine's typed interface. The types of up to four arguments are
//! determined at run time; the code for each combination is generated at compile time.

/// Expands the macro `$then` with up to four arguments of a function, each bound to its value in the Rust type of its
/// own: `i32`, `i64`, `f32` or `f64`. It expands to an option; the result is `None` too where there are more arguments,
/// or one is a vector. `up to 2` makes code for fewer of them.
#[macro_export]
macro_rules! with_arguments {
    ($arguments:expr, $then:ident, up to 2) => {
        match $arguments {
            [] => $then!(),
            [a] => $crate::with_arguments!(@bind $then [a] []),
            [a, b] => $crate::with_arguments!(@bind $then [a b] []),
            _ => None,
        }
    };
    ($arguments:expr, $then:ident) => {
        match $arguments {
            [] => $then!(),
            [a] => $crate::with_arguments!(@bind $then [a] []),
            [a, b] => $crate::with_arguments!(@bind $then [a b] []),
            [a, b, c] => $crate::with_arguments!(@bind $then [a b c] []),
            [a, b, c, d] => $crate::with_arguments!(@bind $then [a b c d] []),
            _ => None,
        }
    };
    (@bind $then:ident [] [$($bound:ident)*]) => { $then!($($bound)*) };
    (@bind $then:ident [$next:ident $($rest:ident)*] [$($bound:ident)*]) => {
        match *$next {
            $crate::Value::I32($next) => $crate::with_arguments!(@bind $then [$($rest)*] [$($bound)* $next]),
            $crate::Value::I64($next) => $crate::with_arguments!(@bind $then [$($rest)*] [$($bound)* $next]),
            $crate::Value::F32(bits) => {
                let $next = f32::from_bits(bits);
                $crate::with_arguments!(@bind $then [$($rest)*] [$($bound)* $next])
            }
            $crate::Value::F64(bits) => {
                let $next = f64::from_bits(bits);
                $crate::with_arguments!(@bind $then [$($rest)*] [$($bound)* $next])
            }
            $crate::Value::V128(_) => None,
        }
    };
}

#[cfg(test)]
mod tests {
    use std::any::type_name_of_val;

    use crate::Value;

    fn types(arguments: &[Value]) -> Option<String> {
        macro_rules! say {
            ($($argument:ident)*) => {{
                let names: Vec<&str> = vec![$(type_name_of_val(&$argument)),*];
                Some(names.join(" "))
            }};
        }
        with_arguments!(arguments, say)
    }

    #[test]
    fn each_argument_has_the_type_of_its_own() {
        let [one, two] = [Value::I32(1), Value::I64(2)];
        let [three, four] = [Value::F32(3f32.to_bits()), Value::F64(4f64.to_bits())];
        assert_eq!(types(&[]).as_deref(), Some(""));
        assert_eq!(types(&[four]).as_deref(), Some("f64"));
        assert_eq!(types(&[three, two]).as_deref(), Some("f32 i64"));
        assert_eq!(types(&[one, two, three, four]).as_deref(), Some("i32 i64 f32 f64"));
        assert_eq!(types(&[one; 5]), None);
        macro_rules! count {
            ($($argument:ident)*) => {{
                let names: Vec<&str> = vec![$(type_name_of_val(&$argument)),*];
                Some(names.len())
            }};
        }
        let up_to_2 = |arguments: &[Value]| with_arguments!(arguments, count, up to 2);
        assert_eq!(up_to_2(&[one, four]), Some(2));
        assert_eq!(up_to_2(&[one; 3]), None);
        assert_eq!(types(&[one, Value::V128(0)]), None);
    }
}
