;; The smallest 64-bit number divided by -1 traps although nothing uses its result.
;; argument: -1
;; expect: trap integer_overflow
(module
  (func (export "run") (param i32) (result i64)
    (drop (i64.div_s (i64.const 0x8000000000000000) (i64.extend_i32_s (local.get 0))))
    (i64.const 7)))
