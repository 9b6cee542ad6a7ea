//! Which class an instruction belongs to.

use wasmark_workloads::profile::Class;
use wasmparser::Operator;

/// Whole proposals, by the parser's names.
const PROPOSALS: [(&str, Class); 9] = [
    ("sign_extension", Class::Integer),
    ("wide_arithmetic", Class::Integer),
    ("bulk_memory", Class::Bulk),
    ("simd", Class::Simd),
    ("relaxed_simd", Class::Simd),
    ("gc", Class::Objects),
    ("custom_descriptors", Class::Objects),
    ("exceptions", Class::Objects),
    ("legacy_exceptions", Class::Objects),
];

/// Instructions by name, before their proposals.
const NAMES: [(&str, Class); 21] = [
    ("Call", Class::Calls),
    ("ReturnCall", Class::Calls),
    ("CallIndirect", Class::IndirectCalls),
    ("ReturnCallIndirect", Class::IndirectCalls),
    ("CallRef", Class::IndirectCalls),
    ("ReturnCallRef", Class::IndirectCalls),
    ("If", Class::Branches),
    ("Br", Class::Branches),
    ("BrIf", Class::Branches),
    ("BrTable", Class::Branches),
    ("BrOnNull", Class::Branches),
    ("BrOnNonNull", Class::Branches),
    ("BrOnCast", Class::Branches),
    ("BrOnCastFail", Class::Branches),
    ("Return", Class::Branches),
    ("I32Const", Class::Other),
    ("I64Const", Class::Other),
    ("F32Const", Class::Other),
    ("F64Const", Class::Other),
    ("TableFill", Class::Bulk),
    ("Unreachable", Class::Other),
];

/// What parts of a name say of an instruction that neither list has, the first that fits.
const PARTS: [(&str, Class); 6] = [
    ("Load", Class::Loads),
    ("Store", Class::Stores),
    ("F32", Class::Float),
    ("F64", Class::Float),
    ("I32", Class::Integer),
    ("I64", Class::Integer),
];

/// Gives structure and does nothing.
const STRUCTURE: [&str; 9] = ["Block", "Loop", "Else", "End", "Nop", "TryTable", "Try", "Catch", "CatchAll"];

macro_rules! names {
    ($(@$proposal:ident $operator:ident $({ $($field:ident: $of:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        /// An instruction's proposal and name.
        fn name(operator: &Operator<'_>) -> (&'static str, &'static str) {
            match operator {
                $(Operator::$operator { .. } => (stringify!($proposal), stringify!($operator)),)*
                _ => ("", ""),
            }
        }
    };
}
wasmparser::for_each_operator!(names);

/// The class of an instruction; `None` of one that only gives structure.
pub fn class(operator: &Operator<'_>) -> Option<Class> {
    let (proposal, name) = name(operator);
    if STRUCTURE.contains(&name) {
        return None;
    }
    let find = |list: &[(&str, Class)], wanted: &str| {
        list.iter().find(|(one, _)| *one == wanted).map(|(_, class)| *class)
    };
    let part = || PARTS.iter().find(|(part, _)| name.contains(part)).map(|(_, class)| *class);
    Some(find(&NAMES, name).or_else(|| find(&PROPOSALS, proposal)).or_else(part).unwrap_or(Class::Other))
}

/// Whether what follows an instruction is not executed exactly as often as the instruction itself: where control
/// goes elsewhere, or comes from elsewhere.
pub fn ends_block(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::Else
            | Operator::End
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Delegate { .. }
            | Operator::Unreachable
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Rethrow { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
    ) || class(operator) == Some(Class::Branches)
}

#[cfg(test)]
mod tests {
    use wasmparser::{Ieee32, MemArg, MemArgTarget};

    use super::*;

    #[test]
    fn each_instruction_has_its_class() {
        let target = MemArgTarget::default();
        let memarg = MemArg { align: 0, max_align: 0, offset: 0, target, ordering: None };
        for (operator, expected) in [
            (Operator::Block { blockty: wasmparser::BlockType::Empty }, None),
            (Operator::Call { function_index: 0 }, Some(Class::Calls)),
            (Operator::CallIndirect { type_index: 0, table_index: 0 }, Some(Class::IndirectCalls)),
            (Operator::BrIf { relative_depth: 0 }, Some(Class::Branches)),
            (Operator::I64Add, Some(Class::Integer)),
            (Operator::I64Extend32S, Some(Class::Integer)),
            (Operator::I32TruncSatF64S, Some(Class::Float)),
            (Operator::F32Const { value: Ieee32::from(1.0) }, Some(Class::Other)),
            (Operator::F64Load { memarg }, Some(Class::Loads)),
            (Operator::I32Store8 { memarg }, Some(Class::Stores)),
            (Operator::V128Load { memarg }, Some(Class::Simd)),
            (Operator::MemoryFill { mem: 0 }, Some(Class::Bulk)),
            (Operator::StructNew { struct_type_index: 0 }, Some(Class::Objects)),
            (Operator::LocalGet { local_index: 0 }, Some(Class::Other)),
        ] {
            assert_eq!(class(&operator), expected, "{operator:?}");
        }
    }
}
