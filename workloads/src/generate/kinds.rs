//! The types of values and functions that generated modules have, and the instructions that work on each. What is there
//! more than once is chosen more often.

use wasm_encoder::{Instruction, ValType};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    I32,
    I64,
    F32,
    F64,
}

use Type::{F32, F64, I32, I64};

impl Type {
    pub fn encoded(self) -> ValType {
        match self {
            I32 => ValType::I32,
            I64 => ValType::I64,
            F32 => ValType::F32,
            F64 => ValType::F64,
        }
    }
}

pub(super) type Signature = (&'static [Type], Option<Type>);

/// The types of all functions: number `i` has the one at `i % 8`.
pub(super) const SIGNATURES: [Signature; 8] = [
    (&[I32, I64], Some(I64)),
    (&[I32], Some(I32)),
    (&[I32, I32, I32], Some(I32)),
    (&[I32, I32], None),
    (&[F64, F64], Some(F64)),
    (&[I64, I32], Some(I32)),
    (&[I32, F64, I32], Some(F64)),
    (&[F32, F32], Some(F32)),
];

/// The type of a function, as its index.
pub(super) fn type_of(function: u32) -> u32 {
    function % SIGNATURES.len() as u32
}

pub(super) const ARITHMETIC: [&[Instruction<'static>]; 4] = {
    use Instruction::*;
    [
        &[I32Add, I32Add, I32Add, I32Sub, I32Mul, I32And, I32Or, I32Xor, I32Shl, I32ShrU, I32ShrS, I32Rotl],
        &[I64Add, I64Add, I64Sub, I64Mul, I64And, I64Or, I64Xor, I64Shl, I64ShrU, I64Rotl],
        &[F32Add, F32Sub, F32Mul, F32Mul, F32Div, F32Min],
        &[F64Add, F64Add, F64Sub, F64Mul, F64Mul, F64Div, F64Max],
    ]
};

pub(super) const UNARY: [&[Instruction<'static>]; 4] = {
    use Instruction::*;
    [&[I32Eqz, I32Clz, I32Ctz, I32Popcnt], &[I64Clz, I64Ctz], &[F32Neg, F32Abs], &[F64Neg, F64Abs, F64Sqrt]]
};

/// From one type to another.
pub(super) const CONVERSIONS: [&[(Type, Instruction<'static>)]; 4] = {
    use Instruction::*;
    [
        &[(I64, I32WrapI64), (I64, I64Eqz)],
        &[(I32, I64ExtendI32S), (I32, I64ExtendI32U)],
        &[(I32, F32ConvertI32U), (F64, F32DemoteF64)],
        &[(I32, F64ConvertI32S), (I64, F64ConvertI64S), (F32, F64PromoteF32)],
    ]
};

pub(super) const COMPARISONS: [&[Instruction<'static>]; 4] = {
    use Instruction::*;
    [
        &[I32Eq, I32Ne, I32LtS, I32LtU, I32GtU, I32GeS],
        &[I64Eq, I64LtU, I64GtS],
        &[F32Lt, F32Ge],
        &[F64Lt, F64Gt],
    ]
};
