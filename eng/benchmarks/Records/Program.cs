using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;

// Trains MedDiff on tables of zeros and ones and tells how far the frequency of every column is off, for each way of making rows. As a floor,
// the same for as many fresh rows of the simulation.
//   dotnet run -c Release --project eng/benchmarks/Records -- [--rows 2000] [--columns 200] [--file TABLE.csv] [--made 2000]
//     [--methods default,nearest,paper,ddpm,ncsn] [--results NAME] [--set-Steps 1000 --set-Width 32 ...]
// each method once; "nearest" is the default without calibrated rounding, "paper" the preset, "ddpm" the preset with ancestral sampling; or
//     --solvers [--preset] [--levels 100,200,500] [--calls 10,20,40,80,160] [--memory 0,1,2,3,4,5] [--limits Infinity,0.1]
// every solver of one training for each number of levels, against the calls of the network; or
//     --worth [--held 300] [--seeds 0,1,2] [--methods real,coins,copula,cart,default,meddiff]
// what made records have beyond the frequencies, which coin flips have as well: as many as were learnt from, --held real ones being
// kept aside.
// There --set- is for MedDiff, or for the one method that is named.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
int rows = Number("rows", 2000), columns = Number("columns", 200), made = Number("made", 2000);
string file = arguments.Value("file", "");
CompactTable real = file.Length > 0 ? BinaryCsv.Read(file, rows) : SimulatedRecords.Make(rows, columns, seed: 1);
if (arguments.Has("worth"))
{
    string[] header = ["records of", .. RecordWorth.Header, "CPU s"];
    new WorthTable(arguments, new ResultTable("Records", args, header)).Write(real, Number("held", 300));
    return;
}
RecordCounts counts = RecordCounts.Of(real);
Console.WriteLine($"{real.RowCount} rows x {real.Columns.Count} columns{(file.Length > 0 ? " of " + Path.GetFileName(file) : ", simulated")}");
Console.WriteLine($"{counts.Codes.Mean:F1} codes a record; {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
ResultTable results = new("Records", args, ["rows", "calls", .. Prevalence.Header, "CPU s"]);
if (file.Length == 0)
    Write("fresh rows", 0, RecordCounts.Of(SimulatedRecords.Make(made, columns, seed: 2)), TimeSpan.Zero);
if (arguments.Has("solvers"))
{
    foreach (string levels in arguments.List("levels", "200"))
    {
        MedDiffOptions options = Options(arguments.Has("preset") ? "paper" : "default");
        options.DiffusionSteps = int.Parse(levels);
        DiffusionGenerator generator = Train($"T = {levels}", options);
        foreach (string each in arguments.List("calls", "10,20,40,80,160"))
            Solvers($"T = {levels}, ", generator, Math.Min(int.Parse(each), int.Parse(levels)));
    }
    results.Write();
    return;
}
foreach (string method in arguments.List("methods", "default,nearest,paper,ddpm,ncsn"))
{
    MedDiffOptions options = Options(method);
    Measure(method, Train(method, options), Calls(options));
}
results.Write();

MedDiffOptions Options(string method)
{
    MedDiffOptions options = method switch
    {
        "ncsn" => MedDiffOptions.Ncsn(),
        "default" or "nearest" => new(),
        "paper" or "ddpm" => MedDiffOptions.Paper(),
        _ => throw new ArgumentException($"There is no method '{method}'.", nameof(method)),
    };
    if (method == "nearest")
        options.CalibrationRows = 0;
    if (method == "ddpm")
        options.Solver = DiffusionSolver.Ddpm;
    arguments.Set(options);
    return options;
}

int Calls(MedDiffOptions options) =>
    options.Solver == DiffusionSolver.Langevin ? options.DiffusionSteps!.Value * options.SamplingSteps!.Value : options.SamplingSteps ?? 50;

DiffusionGenerator Train(string name, MedDiffOptions options)
{
    Stopwatch watch = Stopwatch.StartNew();
    TimeSpan before = Processor();
    var progress = new LastProgress();
    DiffusionGenerator generator = DiffusionGenerator.Train(real, options, progress);
    double speed = progress.Steps * (options.BatchSize ?? 128) / progress.Seconds;
    double perCore = progress.Steps * (options.BatchSize ?? 128) / progress.CoreSeconds;
    Console.WriteLine($"{name}: {progress.Steps} steps in {progress.Seconds:F0} s, {speed:F0} rows a second, {perCore:F0} a second of a core; " +
        $"with encoding and calibration {watch.Elapsed.TotalSeconds:F0} s, {(Processor() - before).TotalSeconds:F0} of a core; {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
    return generator;
}

void Solvers(string levels, DiffusionGenerator generator, int calls)
{
    foreach (string memory in arguments.List("memory", "0,1,2,3,4,5"))
    {
        foreach (string limit in memory == "0" ? ["Infinity"] : arguments.List("limits", "Infinity,0.1"))
        {
            string name = levels + (memory == "0" ? "DDIM" : $"Anderson, k = {memory}{(limit == "Infinity" ? "" : $", {limit} of a step")}");
            Measure(name, generator.WithSolver(DiffusionSolver.Anderson, calls, int.Parse(memory), double.Parse(limit)), calls);
        }
    }
    Measure(levels + "DPM-Solver++(2M)", generator.WithSolver(DiffusionSolver.DpmSolver, calls), calls);
    Measure(levels + "Heun", generator.WithSolver(DiffusionSolver.Heun, (calls + 1) / 2), 2 * ((calls + 1) / 2) - 1);
    Measure(levels + "DDPM", generator.WithSolver(DiffusionSolver.Ddpm, calls), calls);
}

void Measure(string name, DiffusionGenerator generator, int calls)
{
    TimeSpan before = Processor();
    var found = new RecordCounts(real.Columns.Count);
    foreach (Table table in generator.GenerateInPortions(made, seed: 1, rowsPerPortion: 4096))
    {
        for (int row = 0; row < table.RowCount; row++)
            found.Add(table.Row(row));
    }
    Write(name, calls, found, Processor() - before);
}

void Write(string name, int calls, RecordCounts found, TimeSpan time) =>
    results.Add([name, calls.ToString(), .. counts.Compare(found).Cells(), time.TotalSeconds.ToString("F1")]);

// What the machine does for others is not in it.
TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;

int Number(string name, int otherwise) => int.Parse(arguments.Value(name, otherwise.ToString()));

/// <summary>Remembers how far a training came, and when it began.</summary>
internal sealed class LastProgress : IProgress<TrainingProgress>
{
    private TrainingProgress? _first;
    private TrainingProgress? _last;
    private TimeSpan _before;
    private TimeSpan _after;

    public int Steps => (_last?.Step - _first?.Step) ?? 0;

    public double Seconds => (_last?.Elapsed - _first?.Elapsed)?.TotalSeconds ?? 0;

    public double CoreSeconds => (_after - _before).TotalSeconds;

    public void Report(TrainingProgress value)
    {
        if (value.Step == 0)
            return;
        _last = value;
        _after = Process.GetCurrentProcess().TotalProcessorTime;
        if (_first is null)
            (_first, _before) = (_last, _after);
    }
}
