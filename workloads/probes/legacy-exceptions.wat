;; The form that browsers shipped first and compilers still write: try and catch.
(module (tag $e (param i64))
  (func (export "run") (param i32) (result i64)
    try (result i64)
      i64.const 42
      throw $e
    catch $e
    end))
