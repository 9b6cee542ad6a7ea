;; The upper half of a product of 128 bits.
(module (func (export "run") (param i32) (result i64) (local i64)
  (i64.mul_wide_u (i64.const 0x8000000000000000) (i64.const 84))
  (local.set 1) (drop) (local.get 1)))
