//! One function of a generated module: statements over typed locals, in the mix that compilers of C emit.
//!
//! Nothing in it traps and its result is the same everywhere. Bits of a NaN, which engines may choose, are never seen:
//! floats are stored where only floats of the same type are read, and become integers by comparing or in range.

use wasm_encoder::{BlockType, Function, Instruction, MemArg, MemArgTarget, ValType};

use super::{
    kinds::{
        ARITHMETIC, COMPARISONS, CONVERSIONS, SIGNATURES,
        Type::{self, F32, F64, I32, I64},
        UNARY, type_of,
    },
    random::Random,
};

/// What bodies store in: the first bytes of the memory, a part for each type, because bits of one must not be read as
/// another's. With how many bytes each part begins at, and the mask that keeps an address in it.
const INTEGERS: (u64, i32) = (0, 0x78);
const DOUBLES: (u64, i32) = (128, 0x38);
const FLOATS: (u64, i32) = (192, 0x3c);
/// Where that ends.
pub(super) const SCRATCH: u32 = 256;
/// The part of the scratch that holds integers.
pub(super) const SCRATCH_INTEGERS: u32 = 128;

/// What a body may call and read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    pub seed: u64,
    /// The module's functions.
    pub functions: u32,
    /// Where integers are loaded from, as the parts of the scratch are.
    pub readable: (u64, i32),
}

impl Surroundings {
    /// Those of a module with so many bytes of data. Loads reach the largest power of two of them after the scratch.
    pub fn new(seed: u64, functions: u32, data_bytes: u32) -> Surroundings {
        let window =
            data_bytes.saturating_sub(SCRATCH).checked_ilog2().map_or(0, |bits| 1_i32 << bits.min(30));
        let readable = if window >= 8 { (SCRATCH.into(), (window - 1) & !7) } else { INTEGERS };
        Surroundings { seed, functions, readable }
    }
}

/// How many others a function picks one of to call: its children in a tree that holds all functions, so that each can
/// be reached and a path is short.
const CHILDREN: u32 = 8;

/// The only global.
pub(super) const TRACE: u32 = 0;

/// A place in the memory, `offset` bytes after the address on the stack; `align` is a power of two's exponent.
pub(super) fn place(offset: u64, align: u32) -> MemArg {
    MemArg { offset, align, target: MemArgTarget::Memory(0), ordering: None }
}

struct Body {
    code: Function,
    random: Random,
    around: Surroundings,
    /// The locals that statements read and write, by type.
    locals: [Vec<u32>; 4],
    /// The first of the two locals that count the rounds of loops.
    counters: u32,
    /// How many more statements there will be.
    left: u32,
}

/// The code of function number `index`.
pub(super) fn body(index: u32, around: Surroundings) -> Function {
    let mut random = Random::new(around.seed, u64::from(index) + 1);
    let (parameters, result) = SIGNATURES[type_of(index) as usize];
    let first = parameters.len() as u32;
    let own = [I32, I32, I64, F32, F64];
    let mut locals = [const { Vec::new() }; 4];
    for (local, kind) in (0..).zip(parameters).chain((first + 2..).zip(&own)) {
        locals[*kind as usize].push(local);
    }
    let declared = [(4, ValType::I32), (1, ValType::I64), (1, ValType::F32), (1, ValType::F64)];
    // Most functions are short, and a few are long.
    let left = 2 + 60 / (1 + random.below(40));
    let mut body = Body { code: Function::new(declared), random, around, locals, counters: first, left };
    body.leave_a_trace(index);
    while body.left > 0 {
        body.statement(index, 0, 0);
    }
    body.dispatch(index);
    if let Some(result) = result {
        body.expression(result, 2);
    }
    body.emit(&Instruction::End);
    body.code
}

impl Body {
    fn emit(&mut self, instruction: &Instruction<'_>) {
        self.code.instruction(instruction);
    }

    fn emit_one_of(&mut self, all: &[Instruction<'static>]) {
        let one = self.random.pick(all);
        self.code.instruction(one);
    }

    /// Mixes the function's number into the global, as compiled functions begin by moving a stack pointer: the checksum
    /// then depends on which functions ran, in which order.
    fn leave_a_trace(&mut self, index: u32) {
        self.emit(&Instruction::GlobalGet(TRACE));
        self.emit(&Instruction::I32Const(index as i32));
        self.emit(&Instruction::I32Xor);
        self.emit(&Instruction::I32Const(0x1e37_79b1));
        self.emit(&Instruction::I32Mul);
        self.emit(&Instruction::GlobalSet(TRACE));
    }

    fn local(&mut self, kind: Type) -> u32 {
        *self.random.pick(&self.locals[kind as usize])
    }

    /// Leaves a value on the stack, by at most `depth` operations on the way to a local or a constant.
    fn expression(&mut self, kind: Type, depth: u32) {
        if depth == 0 || self.random.below(4) == 0 {
            return self.leaf(kind);
        }
        let at = kind as usize;
        match self.random.below(20) {
            0..=9 => {
                self.expression(kind, depth - 1);
                self.expression(kind, depth - 1);
                self.emit_one_of(ARITHMETIC[at]);
            }
            10..=13 => self.load(kind, depth - 1),
            14 => {
                self.expression(kind, depth - 1);
                self.emit_one_of(UNARY[at]);
            }
            15..=16 => {
                let (from, conversion) = self.random.pick(CONVERSIONS[at]);
                self.expression(*from, depth - 1);
                self.emit(conversion);
            }
            17 => {
                self.expression(kind, depth - 1);
                self.leaf(kind);
                self.condition(depth - 1);
                self.emit(&Instruction::Select);
            }
            _ => match kind {
                I32 => self.condition(depth - 1),
                I64 => self.truncation(depth - 1),
                F32 | F64 => self.leaf(kind),
            },
        }
    }

    fn leaf(&mut self, kind: Type) {
        if self.random.below(3) > 0 {
            let local = self.local(kind);
            return self.emit(&Instruction::LocalGet(local));
        }
        let (small, any) = (self.random.below(100) as i32, self.random.next());
        let eighths = f64::from(any % 2000) / 8.0;
        match kind {
            I32 if small < 90 => self.emit(&Instruction::I32Const(small)),
            I32 => self.emit(&Instruction::I32Const(any as i32)),
            I64 => self.emit(&Instruction::I64Const(i64::from(any) >> (small % 32))),
            F32 => self.emit(&Instruction::F32Const((eighths as f32).into())),
            F64 => self.emit(&Instruction::F64Const(eighths.into())),
        }
    }

    /// A comparison, or a division that has a constant below it.
    fn condition(&mut self, depth: u32) {
        if self.random.below(8) == 0 {
            let divisor = 3 + self.random.below(60) as i32;
            self.expression(I32, depth);
            self.emit(&Instruction::I32Const(divisor));
            return self.emit_one_of(&[Instruction::I32DivU, Instruction::I32RemU]);
        }
        let kind = *self.random.pick(&[I32, I32, I32, I64, F64, F32]);
        self.expression(kind, depth);
        self.expression(kind, depth);
        self.emit_one_of(COMPARISONS[kind as usize]);
    }

    /// A float as an integer where it is in range, as compilers for WebAssembly 1.0 write it.
    fn truncation(&mut self, depth: u32) {
        let local = self.local(F64);
        self.expression(F64, depth);
        self.emit(&Instruction::LocalTee(local));
        self.emit(&Instruction::F64Abs);
        self.emit(&Instruction::F64Const((2_f64.powi(62)).into()));
        self.emit(&Instruction::F64Lt);
        self.emit(&Instruction::If(BlockType::Result(ValType::I64)));
        self.emit(&Instruction::LocalGet(local));
        self.emit(&Instruction::I64TruncF64S);
        self.emit(&Instruction::Else);
        self.emit(&Instruction::I64Const(i64::MIN));
        self.emit(&Instruction::End);
    }

    fn address(&mut self, (offset, mask): (u64, i32), depth: u32, align: u32) -> MemArg {
        self.expression(I32, depth);
        self.emit(&Instruction::I32Const(mask));
        self.emit(&Instruction::I32And);
        place(offset, align)
    }

    fn load(&mut self, kind: Type, depth: u32) {
        let part = match kind {
            I32 | I64 => self.around.readable,
            F32 => FLOATS,
            F64 => DOUBLES,
        };
        let narrow = self.random.below(3) == 0;
        let align = match kind {
            I32 if narrow => 0,
            I32 | F32 => 2,
            I64 | F64 => 3,
        };
        let at = self.address(part, depth, align);
        self.emit(&match kind {
            I32 if narrow => Instruction::I32Load8U(at),
            I32 => Instruction::I32Load(at),
            I64 => Instruction::I64Load(at),
            F32 => Instruction::F32Load(at),
            F64 => Instruction::F64Load(at),
        });
    }

    fn store(&mut self) {
        let kind = *self.random.pick(&[I32, I32, I32, I64, I64, F64, F32]);
        let (part, align) = match kind {
            I32 => (INTEGERS, 2),
            I64 => (INTEGERS, 3),
            F32 => (FLOATS, 2),
            F64 => (DOUBLES, 3),
        };
        let at = self.address(part, 1, align);
        self.expression(kind, 2);
        self.emit(&match kind {
            I32 => Instruction::I32Store(at),
            I64 => Instruction::I64Store(at),
            F32 => Instruction::F32Store(at),
            F64 => Instruction::F64Store(at),
        });
    }

    /// One statement, with what is in it.
    fn statement(&mut self, index: u32, depth: u32, loops: u32) {
        self.left = self.left.saturating_sub(1);
        match self.random.below(20) {
            0..=2 => self.store(),
            3..=5 if depth < 3 => {
                self.condition(2);
                self.emit(&Instruction::If(BlockType::Empty));
                self.statements(index, depth + 1, loops);
                if self.random.below(3) == 0 {
                    self.emit(&Instruction::Else);
                    self.statements(index, depth + 1, loops);
                }
                self.emit(&Instruction::End);
            }
            6..=7 if depth < 3 => {
                self.emit(&Instruction::Block(BlockType::Empty));
                self.condition(2);
                self.emit(&Instruction::BrIf(0));
                self.statements(index, depth + 1, loops);
                self.emit(&Instruction::End);
            }
            8 if loops < 2 => self.repeat(index, depth, loops),
            // Never in a loop, and only sometimes: a unit of work must not grow with the module.
            9..=11 if loops == 0 && index + 1 < self.around.functions => {
                let callee = index + 1 + self.random.below(self.around.functions - index - 1);
                let value = 1 + self.random.below(15) as i32;
                self.expression(I32, 2);
                self.emit(&Instruction::I32Const(15));
                self.emit(&Instruction::I32And);
                self.emit(&Instruction::I32Const(value));
                self.emit(&Instruction::I32Eq);
                self.emit(&Instruction::If(BlockType::Empty));
                self.call(callee);
                self.emit(&Instruction::End);
            }
            _ => {
                let kind = *self.random.pick(&[I32, I32, I32, I32, I32, I64, I64, F64, F64, F32]);
                self.expression(kind, 3);
                self.assign(kind);
            }
        }
    }

    fn statements(&mut self, index: u32, depth: u32, loops: u32) {
        for _ in 0..=self.random.below(3) {
            self.statement(index, depth, loops);
        }
    }

    fn repeat(&mut self, index: u32, depth: u32, loops: u32) {
        let (counter, rounds) = (self.counters + loops, 2 + self.random.below(7) as i32);
        self.emit(&Instruction::I32Const(rounds));
        self.emit(&Instruction::LocalSet(counter));
        self.emit(&Instruction::Loop(BlockType::Empty));
        self.statements(index, depth + 1, loops + 1);
        self.emit(&Instruction::LocalGet(counter));
        self.emit(&Instruction::I32Const(-1));
        self.emit(&Instruction::I32Add);
        self.emit(&Instruction::LocalTee(counter));
        self.emit(&Instruction::BrIf(0));
        self.emit(&Instruction::End);
    }

    fn assign(&mut self, kind: Type) {
        let local = self.local(kind);
        self.emit(&Instruction::LocalSet(local));
    }

    fn call(&mut self, callee: u32) {
        let (parameters, result) = SIGNATURES[type_of(callee) as usize];
        for kind in parameters {
            self.expression(*kind, 1);
        }
        self.emit(&Instruction::Call(callee));
        if let Some(result) = result {
            self.assign(result);
        }
    }

    /// A switch over the function's children, which calls one of them.
    fn dispatch(&mut self, index: u32) {
        let first = u64::from(index) * u64::from(CHILDREN) + 1;
        let children =
            (first..first + u64::from(CHILDREN)).filter(|child| *child < self.around.functions.into());
        let children: Vec<u32> = children.map(|child| child as u32).collect();
        let Some(last) = (children.len() as u32).checked_sub(1) else { return };
        (0..=last + 1).for_each(|_| self.emit(&Instruction::Block(BlockType::Empty)));
        self.expression(I32, 2);
        self.emit(&Instruction::GlobalGet(TRACE));
        self.emit(&Instruction::I32Const(24));
        self.emit(&Instruction::I32ShrU);
        self.emit(&Instruction::I32Add);
        self.emit(&Instruction::I32Const(CHILDREN as i32 - 1));
        self.emit(&Instruction::I32And);
        self.emit(&Instruction::BrTable((0..last).collect(), last));
        for (case, child) in (0..).zip(children) {
            self.emit(&Instruction::End);
            self.call(child);
            self.emit(&Instruction::Br(last - case));
        }
        self.emit(&Instruction::End);
    }
}
