;; The constant of a signalling NaN has its bits.
;; expect: 0x7fa00000
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.reinterpret_f32 (f32.const nan:0x200000)))))
