// Two bare names are two columns: what is missing in either is filled in, under its own name.
open System
open Microsoft.ML

[<CLIMutable>]
type Passenger = { Age: float32; Fare: float32 }

let passengers =
    [ for i in 0..79 ->
          { Age = (if i % 5 = 0 then nanf else 20f + 0.37f * float32 i)
            Fare = (if i % 7 = 3 then nanf else 5f + 0.83f * float32 i) } ]

let ml = MLContext(Nullable 1)
let rows = ml.Data.LoadFromEnumerable(passengers)
let filled = ml.Transforms.DiffusionImpute("Age", "Fare").Fit(rows).Transform(rows)

let missing (view: IDataView) =
    ml.Data.CreateEnumerable<Passenger>(view, reuseRowObject = false)
    |> Seq.sumBy (fun each -> (if Single.IsNaN each.Age then 1 else 0) + (if Single.IsNaN each.Fare then 1 else 0))

let visible = filled.Schema |> Seq.filter (fun column -> not column.IsHidden) |> Seq.length
printfn "columns=%d before=%d after=%d" visible (missing rows) (missing filled)
