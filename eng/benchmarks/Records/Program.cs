using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models;

// Trains MedDiff on tables of zeros and ones and tells how far the frequency of every column is off against the calls of the network,
// for each way of sampling. As a floor, the same for as many fresh rows of the simulation.
//   dotnet run -c Release --project eng/benchmarks/Records -- [--rows 2000] [--columns 200] [--file TABLE.csv] [--levels 200]
//     [--calls 10,20,40,80,160] [--memory 0,1,2,3,4,5] [--made 2000] [--preset] [--set-Steps 1000 --set-Width 32 ...]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
int rows = Number("rows", 2000), columns = Number("columns", 200), made = Number("made", 2000);
string file = arguments.Value("file", "");
Table real = file.Length > 0 ? BinaryCsv.Read(file, rows) : SimulatedRecords.Make(rows, columns, seed: 1);
Console.WriteLine($"{real.RowCount} rows x {real.Columns.Count} columns{(file.Length > 0 ? " of " + Path.GetFileName(file) : ", simulated")}");
if (file.Length == 0)
    Write("fresh rows", 0, SimulatedRecords.Make(made, columns, seed: 2), TimeSpan.Zero);
foreach (string levels in arguments.List("levels", "200"))
{
    TabularGenerator.Options options = arguments.Has("preset") ? TabularGenerator.Options.MedDiff() : new() { Method = GenerationMethod.MedDiff };
    options.DiffusionSteps = int.Parse(levels);
    arguments.Set(options);
    Stopwatch watch = Stopwatch.StartNew();
    TabularGenerator generator = TabularGenerator.Train(real, options);
    int steps = options.Steps ?? (int)Math.Clamp(30L * real.RowCount / (options.BatchSize ?? 128), 3000, 10_000);
    double seconds = watch.Elapsed.TotalSeconds;
    double speed = steps * (options.BatchSize ?? 128) / seconds;
    Console.WriteLine($"T = {levels}: trained in {seconds:F1} s, {speed:F0} rows a second; {Environment.WorkingSet >> 20} MiB");
    Console.WriteLine("| solver | calls | RMSE of probabilities | rho | summed error | RMSE of pairs | s |\n|---|---|---|---|---|---|---|");
    foreach (string each in arguments.List("calls", "10,20,40,80,160"))
    {
        int calls = Math.Min(int.Parse(each), int.Parse(levels));
        foreach (string memory in arguments.List("memory", "0,1,2,3,4,5"))
        {
            string name = memory == "0" ? "DDIM" : $"Anderson, k = {memory}";
            Measure(name, generator.WithSolver(DiffusionSolver.Anderson, calls, int.Parse(memory)), calls);
        }

        Measure("DPM-Solver++(2M)", generator.WithSolver(DiffusionSolver.DpmSolver, calls), calls);
        Measure("Heun", generator.WithSolver(DiffusionSolver.Heun, (calls + 1) / 2), 2 * ((calls + 1) / 2) - 1);
        Measure("DDPM", generator.WithSolver(DiffusionSolver.Ddpm, calls), calls);
    }
}

void Measure(string name, TabularGenerator generator, int calls)
{
    Stopwatch watch = Stopwatch.StartNew();
    Table table = generator.Generate(made, seed: 1);
    Write(name, calls, table, watch.Elapsed);
}

void Write(string name, int calls, Table table, TimeSpan time)
{
    Prevalence error = Prevalence.Compare(real, table);
    string errors = $"{error.Rmse:F4} | {error.Correlation:F4} | {error.Summed:F2} | {error.PairRmse:F4}";
    Console.WriteLine($"| {name} | {calls} | {errors} | {time.TotalSeconds:F1} |");
}

int Number(string name, int otherwise) => int.Parse(arguments.Value(name, otherwise.ToString()));
