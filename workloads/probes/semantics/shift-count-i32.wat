;; Shifts take their count modulo 32: 33 is 1, -1 is 31.
;; argument: 33
;; expect: 5
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.add (i32.add
      (i32.eq (i32.shl (i32.const 3) (local.get 0)) (i32.const 6))
      (i32.eq (i32.shr_u (i32.const -2) (local.get 0)) (i32.const 0x7fffffff)))
      (i32.add (i32.add
      (i32.eq (i32.shr_s (i32.const -4) (local.get 0)) (i32.const -2))
      (i32.eq (i32.shl (i32.const 1) (i32.sub (i32.const 32) (local.get 0))) (i32.const 0x80000000)))
      (i32.eq (i32.rotl (i32.const 0x80000000) (local.get 0)) (i32.const 1)))))))
