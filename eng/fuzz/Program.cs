using System.Globalization;
using Microsoft.ML.Diffusion.Fuzzing;
using Microsoft.ML.Diffusion.Fuzzing.Scoring;

// The long form of HostileModelTests, HostileTableTests and HostileConfigurationTests:
// dotnet run -c Release --project eng/fuzz -- --what csv|config|model|scoring [--seconds 600] [--count 20000] [--seed 1] [--case N]
//     [--method masked] (models) [--tables FOLDER] (real tables, whose beginnings are changed too) [--threads 8] (scoring)
// A case is a number: the same seed and number give the same bytes, and --case runs one alone, to see what it does.
string? Text(string name) => Array.IndexOf(args, name) is >= 0 and int at ? args[at + 1] : null;
long Number(string name, long otherwise) => Text(name) is { } given ? long.Parse(given, CultureInfo.InvariantCulture) : otherwise;
var run = new FuzzRun(Number("--seed", 1), Number("--count", 20_000), Number("--seconds", int.MaxValue), Number("--case", -1));
int failures = (Text("--what") ?? "model") switch
{
    "csv" => run.Tables(Text("--tables")),
    "config" => run.Configurations(),
    "model" => run.Models(Text("--method")),
    "scoring" => ScoringSoak.Run((int)Number("--threads", 8), Number("--seconds", 600)),
    string other => throw new ArgumentException($"--what is {other} where csv, config, model or scoring was expected.", nameof(args)),
};
Console.WriteLine($"{failures} failures");
return failures == 0 ? 0 : 1;
