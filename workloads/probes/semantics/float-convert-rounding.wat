;; A conversion of a 64-bit integer to a 32-bit float is rounded once.
;; argument: 0
;; expect: 0x5a000001
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.reinterpret_f32 (f32.convert_i64_u
      (i64.add (i64.const 0x20000020000001) (i64.extend_i32_s (local.get 0))))))))
