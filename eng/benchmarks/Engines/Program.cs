// How fast each engine trains the networks of this library and makes rows with them, and whether TorchSharp's memory stays flat.
//   dotnet run -c Release --project eng/benchmarks/Engines -p:TorchSharpNative=TorchSharp-cpu -- [--threads 1] [--cases masked,tabddpm]
//     [--gpu 0] [--times 20] [--repeats 3] [--memory 10000] [--results NAME]
// TorchSharpNative names the native package: TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows. A step's time is the
// difference between a training and one three times as long, over the steps it has more: preparing the table drops out. --times 20:
// TorchSharp's trainings are 20 times as long, since steps on a GPU are too short to be told from noise.
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Engines;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
int threads = int.Parse(arguments.Value("threads", "1"));
string gpu = arguments.Value("gpu", "");
EngineChoice torch = EngineChoice.Decide(EngineKind.TorchSharp, gpu.Length > 0 ? int.Parse(gpu) : null, fallbackToCpu: gpu.Length == 0);
Console.WriteLine($"{torch.Sentence} {threads} threads.");
if (arguments.Has("memory"))
{
    MemoryRun.Run(torch, int.Parse(arguments.Value("memory", "10000")));
    return;
}

ResultTable results = new("Engines -p:TorchSharpNative=TorchSharp-cpu", args, "training step", "managed, ms", "TorchSharp, ms", "managed is faster by");
int repeats = int.Parse(arguments.Value("repeats", "3"));
foreach (Case each in Case.All.Where(each => arguments.List("cases", string.Join(',', Case.All.Select(one => one.Name))).Contains(each.Name)))
{
    double managed = each.StepTime(new Engine(EngineKind.Managed, null, threads), repeats, times: 1);
    double other = each.StepTime(new Engine(EngineKind.TorchSharp, torch.GpuDeviceId, threads), repeats, int.Parse(arguments.Value("times", "1")));
    results.Add(each.Description, $"{1000 * managed:F1}", $"{1000 * other:F1}", $"{other / managed:F2}");
}
results.Write();
