;; Negation, absolute value and copying a sign change a signalling NaN's sign alone.
;; argument: 2141192193
;; expect: 0x17f400002
(module
  (func (export "run") (param i32) (result i64)
    (local $x f32)
    (local.set $x (f32.reinterpret_i32 (local.get 0)))
    (i64.add
      (i64.extend_i32_u (i32.reinterpret_f32 (f32.neg (local.get $x))))
      (i64.extend_i32_u (i32.reinterpret_f32 (f32.abs (f32.copysign (local.get $x) (f32.const -1))))))))
