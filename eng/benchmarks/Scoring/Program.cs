using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;

// How fast a trained DiffusionImpute fills in rows: one at a time through a PredictionEngine, and through cursors.
//   dotnet run -c Release --project eng/benchmarks/Scoring [rows, default 32561]
// The network has its default size; its weights do not matter here, so it is trained for one epoch.

//   dotnet run -c Release --project eng/benchmarks/Scoring saved MODEL.zip CENSUS.csv
// How fast a model that mldiffusion train wrote fills rows of the Census table with three missing cells.

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["saved", var saved, var table])
{
    SavedModel.Measure(saved, table);
    return;
}

int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 32_561;
var ml = new MLContext(seed: 1);
CensusRow[] rows = CensusRow.Simulate(count);
IDataView view = ml.Data.Cache(ml.Data.LoadFromEnumerable(rows));

var clock = Stopwatch.StartNew();
DiffusionImputeTransformer model = ml.Transforms
    .DiffusionImpute(
        [.. CensusRow.Columns.Select(name => new InputOutputColumnPair(name))],
        new() { Method = new ConditionalOptions { Epochs = 1 } })
    .Fit(view);
Console.WriteLine($"{count} rows of {model.Model.Columns.Count} columns, {Environment.ProcessorCount} cores; read and trained for one epoch in {clock.Elapsed.TotalSeconds:F1} s");

using PredictionEngine<CensusRow, CensusRow> engine = ml.Model.CreatePredictionEngine<CensusRow, CensusRow>(model);
var answer = new CensusRow();
double perRow = double.PositiveInfinity;
for (int round = 0; round < 5; round++)
{
    clock.Restart();
    for (int i = 0; i < 2000; i++)
        engine.Predict(rows[i % count], ref answer);
    perRow = Math.Min(perRow, clock.Elapsed.TotalMicroseconds / 2000);
}

long allocated = GC.GetAllocatedBytesForCurrentThread();
for (int i = 0; i < 2000; i++)
    engine.Predict(rows[i % count], ref answer);
allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
Console.WriteLine($"PredictionEngine: {perRow:F1} microseconds and {allocated / 2000} bytes a row");

IDataView filled = model.Transform(view);
clock.Restart();
long read = Read(filled.GetRowCursor(filled.Schema));
Console.WriteLine($"one cursor: {read / clock.Elapsed.TotalSeconds:F0} rows a second");
clock.Restart();
DataViewRowCursor[] cursors = filled.GetRowCursorSet(filled.Schema, Environment.ProcessorCount);
read = cursors.AsParallel().WithDegreeOfParallelism(cursors.Length).Sum(Read);
Console.WriteLine($"{cursors.Length} cursors: {read / clock.Elapsed.TotalSeconds:F0} rows a second");

static long Read(DataViewRowCursor cursor)
{
    using (cursor)
    {
        DataViewSchema.Column[] columns = [.. cursor.Schema.Where(column => !column.IsHidden)];
        ValueGetter<float>[] numbers = [.. columns.Where(column => column.Type is NumberDataViewType).Select(cursor.GetGetter<float>)];
        ValueGetter<ReadOnlyMemory<char>>[] texts = [.. columns.Where(column => column.Type is TextDataViewType).Select(cursor.GetGetter<ReadOnlyMemory<char>>)];
        float number = 0;
        ReadOnlyMemory<char> text = default;
        long count = 0;
        for (; cursor.MoveNext(); count++)
        {
            foreach (ValueGetter<float> get in numbers)
                get(ref number);
            foreach (ValueGetter<ReadOnlyMemory<char>> get in texts)
                get(ref text);
        }

        return count;
    }
}
