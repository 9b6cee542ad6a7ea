;; The final form of the proposal: try_table.
(module (tag $e (param i64))
  (func (export "run") (param i32) (result i64)
    (block $caught (result i64)
      (try_table (catch $e $caught) (throw $e (i64.const 42)))
      (i64.const 0))))
