;; Operands are evaluated in order: the division traps before the load.
;; argument: -8
;; expect: trap divide_by_zero
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.add (i32.div_u (i32.const 1) (i32.const 0)) (i32.load (local.get 0))))))
