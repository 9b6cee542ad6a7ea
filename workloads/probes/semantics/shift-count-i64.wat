;; 64-bit shifts take their count modulo 64: 65 is 1, -1 is 63.
;; argument: 65
;; expect: 5
(module
  (func (export "run") (param i32) (result i64)
    (local $n i64)
    (local.set $n (i64.extend_i32_s (local.get 0)))
    (i64.extend_i32_u (i32.add (i32.add
      (i64.eq (i64.shl (i64.const 3) (local.get $n)) (i64.const 6))
      (i64.eq (i64.shr_u (i64.const -2) (local.get $n)) (i64.const 0x7fffffffffffffff)))
      (i32.add (i32.add
      (i64.eq (i64.shr_s (i64.const -4) (local.get $n)) (i64.const -2))
      (i64.eq (i64.shl (i64.const 1) (i64.sub (i64.const 64) (local.get $n))) (i64.const 0x8000000000000000)))
      (i64.eq (i64.rotl (i64.const 0x8000000000000000) (local.get $n)) (i64.const 1)))))))
