// Two bare names are two columns: a table that lacks either is refused, by its name.
open System
open Microsoft.ML

[<CLIMutable>]
type Aged = { Age: float32 }

[<CLIMutable>]
type Paying = { Fare: float32 }

let ml = MLContext(Nullable 1)

let refusal (rows: IDataView) =
    try
        ml.Transforms.DiffusionImpute("Age", "Fare").Fit(rows) |> ignore
        "nothing"
    with :? ArgumentException as e ->
        e.Message

printfn "%s" (refusal (ml.Data.LoadFromEnumerable [ { Aged.Age = 1f } ]))
printfn "%s" (refusal (ml.Data.LoadFromEnumerable [ { Paying.Fare = 1f } ]))
