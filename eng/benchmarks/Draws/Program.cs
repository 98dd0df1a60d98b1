using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;

// Measures draws: hides cells of complete tables, draws them several times, prints one line per table, mechanism, seed and method.
//   dotnet run -c Release --project eng/benchmarks/Draws -- [--data FOLDER] [--tables a,b] [--mechanisms mcar-column,mar] [--seeds 0]
//     [--draws 10] [--methods default,cart,pmm,rf] [--results NAME]
// With --results the first method is written beside the second, of the first seed.
// default is ours; any other name is a method of R's mice, which Rscript must find (on Debian: apt-get install r-cran-mice).
Arguments arguments = new(args);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string data = arguments.Value("data", Path.Combine("..", "shared", "data"));
int count = int.Parse(arguments.Value("draws", "10"));
string[] names = ["crps", "energy", "covered", "observed", "spread", "log", "s"];
Console.WriteLine($"{"table",-24} {"mechanism",-12} {"seed",4} {"method",-8} {string.Join(' ', names.Select(name => $"{name,8}"))}");
var both = new DrawTable();
foreach (string name in arguments.List("tables", "concrete,insurance,wine_quality_red"))
{
    string path = Path.Combine(data, name + ".csv");
    Table truth = CsvTable.Read(File.Exists(path) ? path : path + ".gz", arguments.List("drop", "id").ToHashSet(StringComparer.Ordinal));
    foreach (string mechanism in arguments.List("mechanisms", "mcar-column"))
    {
        List<DrawScore> scores = [];
        foreach (string seed in arguments.List("seeds", "0"))
        {
            Table amputed = Amputer.Ampute(truth, Mechanism(mechanism), 0.2, ulong.Parse(seed));
            foreach (string method in arguments.List("methods", "default,cart"))
            {
                var watch = Stopwatch.StartNew();
                Table[] draws = method == "default" ? Ours(amputed, ulong.Parse(seed)) : Mice(amputed, method, seed);
                double seconds = watch.Elapsed.TotalSeconds;
                var score = DrawScore.Of(truth, amputed, draws);
                scores.Add(score);
                double[] figures = [score.Crps, score.Energy, score.Coverage, score.Observed, score.Spread, score.Log, seconds];
                string cells = string.Join(' ', figures.Select(figure => $"{figure,8:F4}"));
                Console.WriteLine($"{name,-24} {mechanism,-12} {seed,4} {method,-8} {cells}");
            }
        }
        if (scores.Count >= 2)
            both.Add(name, mechanism, scores[0], scores[1]);
    }
}
if (arguments.Value("results", "").Length > 0)
{
    both.Write(new ResultTable(
        "Draws", args, "table", "CRPS: ours / mice", "ratio", "energy", "range covers (.818)", "spread / error", "-ln p of categories"));
}
return 0;

static MissingnessMechanism Mechanism(string name) => name switch
{
    "mcar-column" => MissingnessMechanism.McarColumn,
    "mar" => MissingnessMechanism.Mar,
    "mnar" => MissingnessMechanism.Mnar,
    _ => throw new InvalidDataException($"There is no mechanism '{name}'; there are mcar-column, mar and mnar."),
};

Table[] Ours(Table amputed, ulong seed)
{
    ImputerOptions options = new ConditionalOptions { Seed = seed }.ForDraws();
    arguments.Set(options);
    var imputer = TableImputer.Train(amputed, options);
    return [.. Enumerable.Range(0, count).Select(draw => imputer.Impute(amputed, ImputationMode.Draw, seed, draw))];
}

Table[] Mice(Table amputed, string method, string seed)
{
    string folder = Directory.CreateTempSubdirectory().FullName, input = Path.Combine(folder, "in.csv");
    IEnumerable<int> columns = Enumerable.Range(0, amputed.Columns.Count);
    // Names without signs that R changes, and categories as their numbers.
    var text = new StringBuilder().AppendJoin(',', columns.Select(j => $"v{j}")).AppendLine();
    for (int i = 0; i < amputed.RowCount; i++)
        text.AppendJoin(',', columns.Select(j => double.IsNaN(amputed[i, j]) ? "" : amputed[i, j].ToString("R"))).AppendLine();
    File.WriteAllText(input, text.ToString());
    string categories = string.Join(',', columns.Where(j => amputed.Columns[j].Kind != ColumnKind.Numeric).Select(j => $"v{j}"));
    string script = Path.Combine(AppContext.BaseDirectory, "mice.R");
    using var process = Process.Start("Rscript", [script, input, folder, count.ToString(), seed, method, categories]);
    process.WaitForExit();
    if (process.ExitCode != 0)
        throw new InvalidOperationException("Rscript failed; is the package mice there?");
    Table[] draws = [.. Enumerable.Range(0, count).Select(draw => Read(amputed, Path.Combine(folder, $"{draw}.csv")))];
    Directory.Delete(folder, recursive: true);
    return draws;
}

static Table Read(Table amputed, string path)
{
    Table drawn = amputed.Clone();
    int row = 0;
    foreach (string line in File.ReadLines(path).Skip(1))
    {
        string[] cells = line.Split(',');
        for (int j = 0; j < cells.Length; j++)
            drawn[row, j] = double.IsNaN(drawn[row, j]) ? double.Parse(cells[j], CultureInfo.InvariantCulture) : drawn[row, j];
        row++;
    }
    return drawn;
}
