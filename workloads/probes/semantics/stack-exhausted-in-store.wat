;; Recursion without an end in the value of a store exhausts the stack, and the store does not happen: the second call
;; would return what it found.
;; argument: 1
;; expect: trap stack_exhausted
(module
  (memory 1)
  (func $deep (param i32) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 1))))
    (i64.store (i32.and (local.get 0) (i32.const 0xfff8)) (call $deep (i32.add (local.get 0) (i32.const 1))))
    (i64.load (i32.const 8)))
  (func (export "run") (param i32) (result i64)
    (if (i32.eqz (i64.eqz (i64.load (i32.const 0)))) (then (return (i64.load (i32.const 0)))))
    (i64.store (i32.const 0) (i64.add (i64.const 7) (call $deep (local.get 0))))
    (i64.load (i32.const 0))))
