using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;

// Fills a table of series and says what it took.
//   dotnet run -c Release --project eng/benchmarks/Series -- --input in.csv --output filled.csv [--method blend] [--preset NAME] [--seed 0]
//     [--lower lo.csv --upper hi.csv] [--draws draw.csv --count 20] [--only ids.txt] [--first N] [--verbose] [--set-OPTION VALUE]
// in.csv: series,time,variables (python3 score.py TASK --make in.csv). --draws draw.csv writes draw.0.csv, draw.1.csv, ...
// --only: only the series of these names are filled; all are learned from. --first N: only the first N are read.
//   dotnet run -c Release --project eng/benchmarks/Series -- --simulate 100000 --steps 48 --variables 10 [--method blend] [--set-Threads 1]
// makes up series instead, and tells a checksum of what is filled, which does not depend on the number of threads.
//   dotnet run -c Release --project eng/benchmarks/Series -- --sheet sheet.png --truth truth.csv --input in.csv --output filled.csv
//     --series 2001,2002 [--width 28]
// draws series of pictures: what they are, with holes, and filled.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
string input = arguments.Value("input", "in.csv"), name = arguments.Value("method", "blend"), preset = arguments.Value("preset", "");
SeriesImputationMethod? method = SeriesImputationMethods.Find(name);
if (method is null || !(arguments.Has("simulate") || File.Exists(input)))
{
    Console.Error.WriteLine(method is null ? $"There is no method '{name}'." : $"There is no file '{input}'; name one with --input FILE.");
    return 1;
}
int Number(string option, int otherwise) =>
    int.Parse(arguments.Value(option, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
double Cpu() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
if (arguments.Has("sheet"))
{
    PictureSheet.Of(
        new WideTable(arguments.Value("truth", "truth.csv")), new WideTable(input), new WideTable(arguments.Value("output", "filled.csv")),
        arguments.Value("series", "").Split(','), Number("width", 28)).Write(arguments.Value("sheet", "sheet.png"));
    return 0;
}
SeriesImputerOptions options = preset.Length > 0 ? method.Presets[preset]() : method.NewOptions();
options.Seed = ulong.Parse(arguments.Value("seed", "0"), CultureInfo.InvariantCulture);
arguments.Set(options);
if (arguments.Has("simulate"))
    return Simulate(SimulatedTable.Make(Number("simulate", 1), Number("steps", 48), Number("variables", 10)));
WideTable file = new(input);
SeriesTable table = file.Table with { Items = [.. file.Table.Items.Take(Number("first", int.MaxValue))] };
double read = Cpu();
var watch = Stopwatch.StartNew();
SeriesImputer imputer = method.Train(table, options, arguments.Has("verbose") ? new Printer() : null);
Console.WriteLine($"train: {Cpu() - read:F1} CPU s, {watch.Elapsed.TotalSeconds:F1} s");
watch.Restart();
double trained = Cpu();
HashSet<string> only = arguments.Has("only") ? [.. File.ReadAllLines(arguments.Value("only", ""))] : [.. file.Ids];
bool withIntervals = arguments.Has("lower");
double[]?[] filled = new double[]?[table.Items.Count], lower = new double[]?[filled.Length], upper = new double[]?[filled.Length];
Parallel.For(0, filled.Length, s =>
{
    Series series = table.Items[s];
    if (!only.Contains(file.Ids[s]))
        return;
    double[] own = filled[s] = new double[series.Cells.Length];
    if (!withIntervals)
    {
        imputer.Impute(series, own);
        return;
    }
    var uncertainties = new CellUncertainty[own.Length];
    imputer.Impute(series, own, uncertainties, 0.9);
    (lower[s], upper[s]) = ([.. uncertainties.Select(cell => cell.Lower)], [.. uncertainties.Select(cell => cell.Upper)]);
});
Console.WriteLine($"fill: {Cpu() - trained:F1} CPU s, {watch.Elapsed.TotalSeconds:F1} s");
file.Write(arguments.Value("output", "filled.csv"), filled);
if (withIntervals)
{
    file.Write(arguments.Value("lower", ""), lower);
    file.Write(arguments.Value("upper", ""), upper);
}
int draws = arguments.Has("draws") ? Number("count", 20) : 0;
double before = Cpu();
double[]?[][] drawn = [.. Enumerable.Range(0, draws).Select(_ => new double[]?[filled.Length])];
Parallel.For(0, draws == 0 ? 0 : filled.Length, s =>
{
    if (filled[s] is null)
        return;
    double[][] own = [.. drawn.Select(draw => draw[s] = new double[table.Items[s].Cells.Length])!];
    imputer.Draws(table.Items[s], own, 1, (ulong)s);
});
for (int draw = 0; draw < draws; draw++)
    file.Write(Path.ChangeExtension(arguments.Value("draws", ""), $"{draw}.csv"), drawn[draw]);
Console.WriteLine($"draws: {Cpu() - before:F1} CPU s; peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB");
return 0;

int Simulate(SeriesTable made)
{
    double Memory() => Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
    double start = Cpu();
    Console.WriteLine($"{made.Items.Count} series of {made.Items[0].Length} steps and {made.Variables} variables; memory {Memory():F0} MB");
    var clock = Stopwatch.StartNew();
    SeriesImputer learned = method.Train(made, options, arguments.Has("verbose") ? new Printer() : null);
    Console.WriteLine($"train: {Cpu() - start:F1} CPU s, {clock.Elapsed.TotalSeconds:F1} s; peak memory {Memory():F0} MB");
    (start, long sum) = (Cpu(), 0);
    clock.Restart();
    Parallel.For(0, made.Items.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads ?? -1 }, s =>
    {
        double[] own = new double[made.Items[s].Cells.Length];
        learned.Impute(made.Items[s], own);
        long ofSeries = s;
        foreach (double cell in own)
            ofSeries = ofSeries * 31 + BitConverter.DoubleToInt64Bits(cell);
        Interlocked.Add(ref sum, ofSeries);
    });
    Console.WriteLine($"fill: {Cpu() - start:F1} CPU s, {clock.Elapsed.TotalSeconds:F1} s; peak memory {Memory():F0} MB");
    Console.WriteLine($"checksum {sum:x16}");
    return 0;
}

/// <summary>Prints how far a training has come.</summary>
internal sealed class Printer : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) =>
        Console.Error.WriteLine($"{value.Step}/{value.Steps} {value.Loss:F4} {value.Elapsed} {value.Message}");
}
