using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Tables;

// Measures how often 95 % confidence intervals of regression coefficients hold the truth when values are missing: pooled over
// several draws, and as they come from complete data, complete rows and the column mean.
//   dotnet run -c Release --project eng/benchmarks/MultipleImputation -- [--repetitions 100] [--first 0] [--rows 250] [--m 5]
//     [--models 5] [--threads N] [--results NAME] [--set-Epochs 100 --set-Width 64 ...]
Arguments arguments = new(args);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int repetitions = Number("repetitions", 100), first = Number("first", 0), rows = Number("rows", 250), m = Number("m", 5);
int models = Math.Min(Number("models", m), m);
string[] names = ["pooled draws", "complete data", "complete rows", "column mean"];
Tally[] tallies = [.. names.Select(_ => new Tally(SimulatedTable.Coefficients))];
double missing = 0, information = 0;
Stopwatch watch = Stopwatch.StartNew();
for (int repetition = first; repetition < first + repetitions; repetition++)
{
    (Table complete, Table incomplete) = SimulatedTable.Make(rows, (ulong)repetition);
    missing += Enumerable.Range(0, rows).Count(row => double.IsNaN(incomplete[row, 0])) / (double)rows / repetitions;
    Regression[] analyses = [.. Imputations(incomplete, (ulong)repetition).Select(Regression.Of)];
    for (int i = 0; i < SimulatedTable.Coefficients.Length; i++)
    {
        PooledEstimate pooled = Rubin.Pool([.. analyses.Select(a => a.Estimates[i])], [.. analyses.Select(a => a.StandardErrors[i])], analyses[0].DegreesOfFreedom);
        tallies[0].Add(i, pooled.Estimate, pooled.StandardError, pooled.Lower, pooled.Upper);
        information += i == 1 ? pooled.MissingInformation / repetitions : 0;
    }

    tallies[1].Add(Regression.Of(complete));
    tallies[2].Add(Regression.Of(incomplete));
    tallies[3].Add(Regression.Of(TableImputer.Train(incomplete, new MeanModeOptions()).Impute(incomplete)));
}

Console.WriteLine($"{repetitions} tables of {rows} rows, x missing in {missing:P0}, m = {m}, {models} models; fraction of missing information of x {information:F2}; {watch.Elapsed.TotalSeconds / repetitions:F2} s a table");
Console.WriteLine($"{"",-14}   {"coverage %",-17}   {"mean width",-20}   {"bias",-20}   {"standard error / deviation",-20}");
for (int i = 0; i < names.Length; i++)
    Console.WriteLine($"{names[i],-14}   {tallies[i]}");
ResultTable results = new("MultipleImputation", args, ["", .. SimulatedTable.CoefficientNames, "mean width for x"]);
for (int i = 0; i < names.Length; i++)
{
    IEnumerable<string> coverage = Enumerable.Range(0, SimulatedTable.Coefficients.Length).Select(coefficient => $"{100 * tallies[i].Coverage(coefficient):F0} %");
    results.Add([names[i], .. coverage, ResultTable.Short(tallies[i].Width(1))]);
}
results.Write();

IEnumerable<Table> Imputations(Table incomplete, ulong seed)
{
    TableImputer[] trained = new TableImputer[models];
    for (int i = 0; i < models; i++)
    {
        // As ml.Data.MultiplyImpute chooses for few rows.
        ConditionalOptions options = new()
        {
            Members = ImputationMembers.Gaussian,
            Draws = true,
            ValidationShare = 0,
            Width = 32,
            Blocks = 2,
            Epochs = (2000 * 128 / rows) + 1,
            Seed = (seed * 1000) + (ulong)i,
        };
        arguments.Set(options);
        trained[i] = TableImputer.Train(models == 1 ? incomplete : Bootstrap.Sample(incomplete, options.Seed), options);
    }

    for (int draw = 0; draw < m; draw++)
        yield return trained[draw % models].Impute(incomplete, ImputationMode.Draw, seed, draw);
}

int Number(string name, int otherwise) => int.Parse(arguments.Value(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
