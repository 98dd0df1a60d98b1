using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Tables;

// Measures whether multiple imputation agrees with an analysis that has an interaction and the effect of a group: the bias of pooled
// coefficients in standard errors, and how often 95 % intervals hold the truth.
//   dotnet run -c Release --project eng/benchmarks/Congeniality -- [--tables 20] [--rows 500] [--m 5] [--methods default,pmm,cart]
//     [--results NAME] [--set-DonorShare 0.5 ...]
// default is ours; any other name is a method of R's mice, which Rscript must find (on Debian: apt-get install r-cran-mice).
Arguments arguments = new(args);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int tables = Number("tables", 20), rows = Number("rows", 500), m = Number("m", 5);
double[] truth = InteractionTable.Coefficients;
ResultTable results = new(
    "Congeniality", args,
    ["", .. InteractionTable.CoefficientNames.Select(name => $"{name} ({truth[Place(name)]})"), "intervals with the truth"]);
Tally complete = new(truth), deleted = new(truth);
foreach (ulong seed in Seeds())
{
    (Table whole, Table holes) = InteractionTable.Make(rows, seed);
    complete.Add(InteractionTable.Analyse(whole));
    deleted.Add(InteractionTable.Analyse(holes));
}
Add("complete data", complete);
Add("complete rows only", deleted);
foreach (string method in arguments.List("methods", "default,pmm,cart"))
    Add(method == "default" ? "`MultiplyImpute`" : $"mice {method}", method == "default" ? Ours() : Mice(method));
results.Write();

// The mean of the estimates less the truth, in standard errors of that mean, and in brackets as it is.
void Add(string name, Tally tally)
{
    IEnumerable<int> all = Enumerable.Range(0, truth.Length);
    IEnumerable<string> biases = all.Select(i => $"{tally.Bias(i) / tally.ErrorOfMean(i):F1} ({ResultTable.Short(tally.Bias(i))})");
    results.Add([name, .. biases, $"{100 * all.Average(tally.Coverage):F0} %"]);
    Console.Error.WriteLine($"{name}: {string.Join(" ", biases)}");
}

Tally Ours()
{
    var tally = new Tally(truth);
    foreach (ulong seed in Seeds())
    {
        Table holes = InteractionTable.Make(rows, seed).Incomplete;
        Regression[] analyses = [.. Enumerable.Range(0, m).Select(i => InteractionTable.Analyse(Imputed(holes, seed, i)))];
        for (int i = 0; i < truth.Length; i++)
        {
            PooledEstimate pooled = Rubin.Pool(
                [.. analyses.Select(a => a.Estimates[i])], [.. analyses.Select(a => a.StandardErrors[i])], analyses[0].DegreesOfFreedom);
            tally.Add(i, pooled.Estimate, pooled.StandardError, pooled.Lower, pooled.Upper);
        }
    }
    return tally;
}

// As ml.Data.MultiplyImpute does it.
Table Imputed(Table holes, ulong seed, int draw)
{
    ImputerOptions options = new ConditionalOptions { Seed = (seed * 1000) + (ulong)draw }.ForDraws();
    arguments.Set(options);
    var imputer = TableImputer.Train(Bootstrap.Sample(holes, options.Seed), options);
    return imputer.Impute(holes, ImputationMode.Draw, seed, draw);
}

Tally Mice(string method)
{
    string folder = Directory.CreateTempSubdirectory().FullName;
    foreach (ulong seed in Seeds())
        File.WriteAllText(Path.Combine(folder, $"{seed}.csv"), Text(InteractionTable.Make(rows, seed).Incomplete));
    using var process = Process.Start("Rscript", [Path.Combine(AppContext.BaseDirectory, "mice.R"), folder, m.ToString(), method]);
    process.WaitForExit();
    if (process.ExitCode != 0)
        throw new InvalidOperationException("Rscript failed; is the package mice there?");
    var tally = new Tally(truth);
    foreach (ulong seed in Seeds())
    {
        string[] lines = File.ReadAllLines(Path.Combine(folder, $"{seed}.csv.{method}"));
        for (int i = 0; i < truth.Length; i++)
        {
            double[] figures = Array.ConvertAll(lines[i].Split(' '), text => double.Parse(text, CultureInfo.InvariantCulture));
            tally.Add(i, figures[0], figures[1], figures[2], figures[3]);
        }
    }
    Directory.Delete(folder, recursive: true);
    return tally;
}

static string Text(Table table)
{
    var text = new StringBuilder("x,z,group,y\n");
    for (int row = 0; row < table.RowCount; row++)
    {
        string x = double.IsNaN(table[row, 0]) ? "" : table[row, 0].ToString("R");
        text.Append($"{x},{table[row, 1]:R},{"abc"[(int)table[row, 2]]},{table[row, 3]:R}\n");
    }
    return text.ToString();
}

IEnumerable<ulong> Seeds() => Enumerable.Range(0, tables).Select(seed => (ulong)seed);

int Place(string name) => Array.IndexOf(InteractionTable.CoefficientNames, name);

int Number(string name, int otherwise) => int.Parse(arguments.Value(name, otherwise.ToString()));
