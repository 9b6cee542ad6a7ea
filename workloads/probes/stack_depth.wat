;; Calls itself as often as its argument says, through a table and with work left for afterwards, so that no compiler
;; makes a loop of it. At the end of its stack it traps.
(module
  (type $t (func (param i32) (result i64)))
  (table 1 1 funcref) (elem (i32.const 0) func $deeper)
  (func $deeper (type $t)
    (if (result i64) (i32.eqz (local.get 0))
      (then (i64.const 0))
      (else
        (i64.xor
          (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))
          (i64.extend_i32_u (local.get 0))))))
  (memory (export "memory") 1 1)
  (export "run" (func $deeper)))
