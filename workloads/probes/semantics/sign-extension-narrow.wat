;; Sign extension looks at the narrow type's bit alone.
;; argument: 305463039
;; expect: -258
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend8_s (i64.extend_i32_u (local.get 0)))
      (i64.extend_i32_s (i32.extend16_s (i32.or (i32.const 0x7f0000) (i32.sub (local.get 0) (i32.const 0x12340000))))))))
