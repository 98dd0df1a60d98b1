using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

// Measures imputation: hides cells of complete tables, fills them, prints one line per table, mechanism, seed and method.
//   dotnet run -c Release --project eng/benchmarks/Imputation -- [--data FOLDER] [--tables a,b] [--mechanisms mcar-column,...]
//     [--seeds 0,1] [--rate 0.2] [--methods mean,gaussian,trees,forest,knn,ridge,default,paper,csdit] [--mask FILE] [--drop id] [--rows N] [--verbose]
// --mask: a CSV file of 0/1 per cell, 1 for a cell to hide, in place of our own masks.
// --rows N: of a larger table only N rows, chosen at random.
// --unseen 0.2: that share of the rows, chosen at random, is left out of the training, and only their hidden cells count.
// --results NAME: after that, one line per table, the mean of its mechanisms and seeds: mean and mode, the best of the baselines that were
// named, and the default.
// covered: the share of hidden numbers inside their 90 % interval; width: the intervals' mean, as a share of the column's range.
Arguments arguments = new(args);
string data = arguments.Value("data", Path.Combine("..", "shared", "data"));
string[] tables = arguments.List("tables", "breast_cancer_wisconsin,concrete,wine_quality_red,libras_movement,diabetes_early_stage,adult_train");
if (!Directory.Exists(data))
{
    Console.Error.WriteLine($"There is no folder '{data}' with tables; name one with --data FOLDER.");
    return 1;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
ImputationResults results = new();
Console.WriteLine($"{"table",-24} {"mechanism",-16} {"seed",4} {"method",-10} {"rmse",8} {"by column",10} {"accuracy",9} {"covered",8} {"width",6} {"train s",8} {"fill s",8} {"row us",8} {"MB",6}");
foreach (string name in tables)
{
    string path = Path.Combine(data, name + ".csv");
    var dropped = arguments.List("drop", "id").ToHashSet(StringComparer.Ordinal);
    Table whole = CsvTable.Read(File.Exists(path) ? path : path + ".gz", dropped);
    Table truth = Rows.Sample(whole, int.Parse(arguments.Value("rows", "0")));
    foreach (string mechanismName in arguments.List("mechanisms", "mcar-column"))
    {
        MissingnessMechanism mechanism = mechanismName switch
        {
            "mcar" => MissingnessMechanism.McarIndependent,
            "mcar-row" => MissingnessMechanism.McarRow,
            "mcar-column" => MissingnessMechanism.McarColumn,
            "mar" => MissingnessMechanism.Mar,
            "mnar" => MissingnessMechanism.Mnar,
            _ => throw new InvalidDataException($"There is no mechanism '{mechanismName}'; there are mcar, mcar-row, mcar-column, mar and mnar."),
        };
        foreach (string seed in arguments.List("seeds", "0"))
        {
            double rate = double.Parse(arguments.Value("rate", "0.2"));
            Table amputed = arguments.Value("mask", "") is { Length: > 0 } mask
                ? Masked(truth, mask)
                : Amputer.Ampute(truth, mechanism, rate, ulong.Parse(seed));
            var rows = Rows.Split(truth, amputed, double.Parse(arguments.Value("unseen", "0")), ulong.Parse(seed));
            foreach (string method in arguments.List("methods", "mean,default,paper"))
                Measure(name, mechanismName, seed, method, rows);
        }
    }
}
if (arguments.Has("results"))
    results.Write(args);
return 0;

void Measure(string name, string mechanism, string seed, string method, Rows rows)
{
    Stopwatch watch = Stopwatch.StartNew();
    ImputerOptions options = MethodNames.Options(method);
    options.Seed = ulong.Parse(seed);
    if (options is ThreadedImputerOptions threaded)
        threaded.Threads = arguments.Value("threads", "") is { Length: > 0 } threads ? int.Parse(threads) : null;
    arguments.Set(options);
    var imputer = TableImputer.Train(rows.Training, options, arguments.Has("verbose") ? new Printer() : null);
    double trained = watch.Elapsed.TotalSeconds;
    ImputationMode mode = arguments.Has("draw") ? ImputationMode.Draw : ImputationMode.Expectation;
    Table filled = imputer.Impute(rows.Amputed, mode, 1);
    double done = watch.Elapsed.TotalSeconds;
    Score score = Score.Of(rows.Truth, rows.Amputed, filled);
    var intervals = Intervals.Of(imputer, rows);
    results.Add(name, rows.Truth, method, score, trained);
    Console.WriteLine($"{name,-24} {mechanism,-16} {seed,4} {method,-10} {score.Pooled,8:F4} {score.PerColumn,10:F4} {score.Accuracy,9:F4} {intervals.Coverage,8:F4} {intervals.Width,6:F3} {trained,8:F2} {done - trained,8:F2} {MicrosecondsPerRow(imputer, rows.Amputed),8:F1} {Megabytes(imputer),6:F1}");
}

// What the model takes in the zip of ml.Model.Save.
static double Megabytes(TableImputer imputer)
{
    using MemoryStream stream = new();
    using (DeflateStream packed = new(stream, CompressionLevel.Optimal, leaveOpen: true))
    using (BinaryWriter writer = new(packed))
        imputer.Save(writer);
    return stream.Length / 1e6;
}

// One row at a time on one thread, once warm.
static double MicrosecondsPerRow(TableImputer imputer, Table rows)
{
    double[] completed = new double[rows.Columns.Count];
    Stopwatch watch = new();
    int count = 0;
    for (int round = 0; round < 2; round++)
    {
        watch.Restart();
        for (count = 0; count < 2000 && watch.Elapsed.TotalSeconds < 1; count++)
            imputer.Impute(rows.Row(count % rows.RowCount), completed);
    }
    return watch.Elapsed.TotalMicroseconds / count;
}

static Table Masked(Table truth, string path)
{
    Table amputed = truth.Clone();
    int row = 0;
    foreach (string line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] is '0' or '1'))
    {
        string[] cells = line.Split(',');
        for (int column = 0; column < cells.Length; column++)
        {
            if (cells[column] is "1" or "1.0")
                amputed[row, column] = double.NaN;
        }
        row++;
    }
    return amputed;
}

internal sealed class Printer : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) =>
        Console.Error.WriteLine($"{value.Step}/{value.Steps} loss {value.Loss:F4} held back {value.ValidationError:F4} {value.Elapsed.TotalSeconds:F1}s {value.Message}");
}
