// What a training takes of memory: bytes a cell of its table, bytes a parameter of its networks, at the peak and once trained.
//   dotnet run -c Release --project eng/benchmarks/Memory
// Each figure is the difference between two child processes, one with more rows or wider networks, so that what the runtime and the
// code take drops out. The view is made up row by row and takes no memory itself. A child is told METHOD MEMBERS ROWS WIDTH and
// answers with PEAK TRAINED PARAMETERS: the peak of its working set and what its heap holds after training, both in bytes.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 4)
{
    Train(args[0], Enum.Parse<ImputationMembers>(args[1]), int.Parse(args[2]), int.Parse(args[3]));
    return;
}

Console.WriteLine($"{"trained",-26} {"a cell, at the peak",20} {"a parameter, at the peak",25} {"a parameter, trained",21}");
Report("missdiff", ImputationMembers.Denoisers, fewRows: 200_000, manyRows: 800_000);
Report("conditional", ImputationMembers.Denoisers, fewRows: 200_000, manyRows: 800_000);
Report("conditional", ImputationMembers.All, fewRows: 10_000, manyRows: 40_000);

static void Report(string method, ImputationMembers members, int fewRows, int manyRows)
{
    double cells = (double)(manyRows - fewRows) * SimulatedRow.Columns;
    double cell = (Child(method, members, manyRows, 32).Peak - Child(method, members, fewRows, 32).Peak) / cells;
    (double Peak, double Trained, double Parameters) small = Child(method, members, 1000, 32), large = Child(method, members, 1000, 640);
    double parameters = large.Parameters - small.Parameters;
    double peak = (large.Peak - small.Peak) / parameters, trained = (large.Trained - small.Trained) / parameters;
    Console.WriteLine($"{method + ", " + members,-26} {cell,20:F0} {peak,25:F0} {trained,21:F0}");
}

static (double Peak, double Trained, double Parameters) Child(string method, ImputationMembers members, int rows, int width)
{
    // Through the runtime's own host, as this program may have been started by `dotnet Memory.dll`.
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        start.ArgumentList.Add(typeof(SimulatedRow).Assembly.Location);
    foreach (string argument in (string[])[$"{method}", $"{members}", $"{rows}", $"{width}"])
        start.ArgumentList.Add(argument);
    using Process child = Process.Start(start)!;
    double[] answer = [.. child.StandardOutput.ReadToEnd().Split().Where(word => word.Length > 0).Select(double.Parse)];
    child.WaitForExit();
    return (answer[0], answer[1], answer[2]);
}

static void Train(string method, ImputationMembers members, int rows, int width)
{
    // One network at a time, so that the peak is one in training beside those already trained.
    DiffusionImputerOptions trains = method == "missdiff"
        ? new MissDiffOptions()
        : new ConditionalOptions { Members = members, Networks = 1 };
    (trains.Width, trains.Epochs, trains.Threads) = (width, 1, 1);
    var options = new DiffusionImputeEstimator.Options { Method = trains };
    var ml = new MLContext(seed: 1);
    DiffusionImputeTransformer model = ml.Transforms
        .DiffusionImpute([new InputOutputColumnPair(nameof(SimulatedRow.Values))], options)
        .Fit(ml.Data.LoadFromEnumerable(SimulatedRow.Make(rows)));
    using Process self = Process.GetCurrentProcess();
    long peak = self.PeakWorkingSet64, trained = GC.GetTotalMemory(forceFullCollection: true);
    using var file = new MemoryStream();
    using var writer = new BinaryWriter(file);
    model.Model.Save(writer);
    writer.Flush();
    Console.WriteLine($"{peak} {trained} {file.Length / sizeof(float)}");
    GC.KeepAlive(model);
}
