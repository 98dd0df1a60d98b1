// TabDDPM at the size of its paper, on a GPU where there is one: learn biopsies, save the model, and make rows with it.
//   dotnet run -c Release --project samples/Gpu -p:TorchSharpNative=TorchSharp-cuda-linux -- [steps] [rows]
// Without the property the same program trains on the managed engine, and the log says why.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int steps = args.Length > 0 ? int.Parse(args[0]) : 100, made = args.Length > 1 ? int.Parse(args[1]) : 10_000;
// GpuDeviceId picks one of several GPUs; with FallbackToCpu = false a machine without it is an error rather than slow.
var ml = new MLContext(seed: 1) { FallbackToCpu = true };
ml.Log += (_, e) =>
{
    if (e.Source.Contains("DiffusionSynthesize", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};
IDataView rows = ml.Data.LoadFromTextFile<Biopsy>(
    Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });

TabDdpmOptions options = TabDdpmOptions.Paper();
(options.Engine, options.Steps) = (EngineKind.Auto, steps);
Stopwatch watch = Stopwatch.StartNew();
DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize(nameof(Biopsy.Malignant), new() { Method = options }).Fit(rows);
Console.WriteLine($"{steps} steps of {options.BatchSize} rows in {watch.Elapsed.TotalSeconds:F1} s");

watch.Restart();
int malignant = ml.Data.CreateEnumerable<Biopsy>(model.Generate(made), reuseRowObject: true).Count(biopsy => biopsy.Malignant);
Console.WriteLine($"{made} rows in {watch.Elapsed.TotalSeconds:F1} s, {malignant / (double)made:P0} of them malignant");

string path = Path.Combine(Path.GetTempPath(), "biopsies-gpu.zip");
ml.Model.Save(model, rows.Schema, path);
Console.WriteLine($"model saved to {path}; it loads where there is no GPU, and no TorchSharp either");
