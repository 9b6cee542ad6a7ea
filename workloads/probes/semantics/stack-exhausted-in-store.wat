;; Recursion without an end in the value of a store exhausts the stack.
;; argument: 1
;; expect: trap stack_exhausted
(module
  (memory 1)
  (func $deep (param i32) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 1))))
    (i64.store (i32.and (local.get 0) (i32.const 0xfff8)) (call $deep (i32.add (local.get 0) (i32.const 1))))
    (i64.load (i32.const 8)))
  (func (export "run") (param i32) (result i64)
    (i64.store (i32.const 0) (call $deep (local.get 0)))
    (i64.load (i32.const 0))))
