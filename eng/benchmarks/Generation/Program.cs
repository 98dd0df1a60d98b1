using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Methods.Stasy;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

// Measures generation: trains on a table, makes as many rows, prints one line per table, seed and method.
//   dotnet run -c Release --project eng/benchmarks/Generation -- [--data FOLDER] [--tables adult_train:income,...] [--seeds 0]
//     [--methods default,tabddpm,missdiff,stasy,paper-stasy,csdi-t,conditional,smote,private-marginals,private-tabddpm] [--rows N]
//     [--test 0.2|FILE] [--draws 1] [--half] [--hide RATE] [--mechanisms McarIndependent,McarRow,McarColumn] [--work FOLDER]
//     [--out FOLDER] [--layers 256,256] [--set-OPTION VALUE] [--verbose]
// A table is NAME:LABEL. A method with -delete learns from complete rows alone, with -mean from rows that are filled with means and modes.
// --rows: trains on that many rows, drawn at random. --test: holds that share of the rows back,
// or reads other rows, and tests boosted trees on them that were trained on the real rows and on the synthetic ones (AUC or R2), the mean
// of --draws sets of synthetic rows, as that of detection by boosted trees. --half: trains on half of the rows and compares distances of
// the synthetic rows to both halves.
// --hide: hides that share of the cells before training; what is made is compared with the complete table. --drop: columns left out.
// --categorical: columns of numbers that are categories. --holes: leaves missing categories missing, which are otherwise a category of
// their own. --out: writes the synthetic rows. --results NAME: the means over seeds as a table of the documents; with --test and --half
// together each method is trained twice, on all training rows for the score and on half of them for the distances. --hide takes several
// rates, --mechanisms how they are hidden; with --test too the scores are tabled, without it the errors. --work: keeps what was measured,
// so that several runs fill one table; --only-kept tables that alone. --closer: prints repeated values, tails, unseen pairs, detection by
// boosted trees and the membership attack as well.
Arguments arguments = new(args);
string data = arguments.Value("data", Path.Combine("..", "shared", "data"));
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
GenerationResults results = new();
Console.WriteLine($"{"table",-20} {"seed",4} {"method",-12} {"rows",6} {"columns %",9} {"pairs %",8} {"nearer %",8} {"copies %",8} {"real",6} {"made",6} {"train s",8} {"cpu s",7} {"make s",7}");
foreach (string entry in arguments.List("tables", "adult_train:income"))
{
    string name = entry.Split(':')[0], labelName = entry.Split(':')[^1];
    string path = Path.Combine(data, name + ".csv");
    HashSet<string> dropped = arguments.List("drop", "id").ToHashSet(StringComparer.Ordinal);
    Table all = CsvTable.Read(File.Exists(path) ? path : path + ".gz", dropped);
    all = CategoryColumns.FromNumbers(all, arguments.List("categorical", ""));
    if (!arguments.Has("holes"))
        all = CategoryColumns.WithMissing(all);
    int label = Enumerable.Range(0, all.Columns.Count).First(column => all.Columns[column].Name == labelName);
    string testName = arguments.Value("test", "");
    bool hasShare = double.TryParse(testName, out double share);
    Table? others = testName.Length > 0 && !hasShare
        ? CategoryColumns.WithMissing(CsvTable.Read(Path.Combine(data, testName), dropped, all.Columns))
        : null;
    foreach (string seed in arguments.List("seeds", "0"))
    {
        int[] order = [.. Enumerable.Range(0, all.RowCount)];
        new Microsoft.ML.Diffusion.Tensors.Philox(ulong.Parse(seed), 77).Shuffle(order.AsSpan());
        int held = hasShare ? (int)(share * order.Length) : 0;
        Table? test = hasShare ? Take(all, order[^held..]) : others;
        order = order[..Math.Min(int.Parse(arguments.Value("rows", all.RowCount.ToString())), order.Length - held)];
        // Distances compare what was learnt from with as much that was not: a training on half of the rows.
        int half = arguments.Has("half") ? order.Length / 2 : 0;
        Table? unseen = half > 0 ? Take(all, order[half..]) : null;
        Table whole = Take(all, order), firstHalf = half > 0 ? Take(all, order[..half]) : whole;
        double? real = test is null ? null : new Learner(label).Score(whole, test);
        var cases =
            from hide in arguments.List("hide", "0")
            from mechanism in arguments.List("mechanisms", nameof(MissingnessMechanism.McarIndependent))
            from method in arguments.List("methods", "default,smote")
            select new Case(name, seed, method, label, double.Parse(hide), Enum.Parse<MissingnessMechanism>(mechanism));
        foreach (Case each in cases)
        {
            if (test is not null || half == 0)
                Measure(each, whole, unseen: null, test, real);
            if (half > 0)
                Measure(each, firstHalf, unseen, test: null, real: null);
        }
    }
}
if (arguments.Has("results"))
    results.Write(args);
return 0;

void Measure(Case each, Table complete, Table? unseen, Table? test, double? real)
{
    string kept = $"{each.Table} {each.Method} {each.Mechanism} {each.Hidden} {each.Seed} {complete.RowCount} rows{(unseen is null ? "" : " half")}";
    WorkFolder? work = arguments.Value("work", "") is { Length: > 0 } path ? new WorkFolder(path) : null;
    if (arguments.Has("only-kept") && work?.Find<Outcome>(kept) is null)
        return;
    Outcome outcome = work?.Kept(kept, () => Measured(each, complete, unseen, test, real)) ?? Measured(each, complete, unseen, test, real);
    results.Add(each, complete.RowCount, outcome);
}

Outcome Measured(Case each, Table complete, Table? unseen, Table? test, double? real)
{
    (string name, string seed, string method, int label, double hidden, MissingnessMechanism mechanism) = each;
    Table training = hidden > 0 ? Amputer.Ampute(complete, mechanism, hidden, ulong.Parse(seed)) : complete;
    TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
    Stopwatch watch = Stopwatch.StartNew();
    Func<ulong, Table> generate = Train(method, training, label, ulong.Parse(seed));
    double trained = watch.Elapsed.TotalSeconds, used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    Table synthetic = generate(ulong.Parse(seed));
    double made = watch.Elapsed.TotalSeconds - trained;
    if (synthetic.RowCount == 0)
    {
        Console.WriteLine($"{name,-20} {seed,4} {method,-12} {"no complete row",15}");
        return new Outcome(null, null, null, null, null);
    }
    FidelityScores fidelity = FidelityMetrics.Measure(complete, synthetic).Scores;
    PrivacyResult? privacy = unseen is null ? null : PrivacyMetrics.Measure(training, unseen, synthetic);
    double? learned = null;
    int draws = int.Parse(arguments.Value("draws", "1"));
    if (test is not null)
        learned = OverDraws(made => new Learner(label).Score(made, test));
    Console.WriteLine($"{name,-20} {seed,4} {method,-12} {training.RowCount,6} {100 * (1 - fidelity.Shapes),9:F2} {100 * (1 - fidelity.TrendsAllPairs),8:F2} {100 * privacy?.ShareNearerToReal,8:F1} {100 * privacy?.ExactCopies,8:F1} {real,6:F4} {learned,6:F4} {trained,8:F1} {used,7:F1} {made,7:F1}");
    if (arguments.Has("closer"))
    {
        CloserFigures closer = CloserFigures.Of(training, synthetic);
        // What rows of the same kind reach that were not learnt from: no method can be expected to do better.
        CloserFigures? fresh = (unseen ?? test) is { } others ? CloserFigures.Of(training, others) : null;
        string detected = unseen is null ? $"{OverDraws(made => CloserFigures.Detection(training, made)):F4}" : "-";
        Console.WriteLine($"  (fresh rows in brackets) repeated {closer.Repeated:F3} ({fresh?.Repeated:F3})  tail {closer.Tail:F3} "
            + $"({fresh?.Tail:F3}; {closer.LeastTail:F2} to {closer.MostTail:F2})  "
            + $"unseen pairs {100 * closer.Unseen:F2} % ({100 * fresh?.Unseen:F2} %)  "
            + $"rare {closer.Rare:F3} ({fresh?.Rare:F3})  missing {closer.Missing:F4}  detection {detected}  "
            + $"membership AUC {privacy?.MembershipAuc:F4}, true positives {100 * privacy?.MembershipTruePositives:F2} %, of outlying rows {100 * privacy?.OutlyingTruePositives:F2} %");
    }
    if (arguments.Value("out", "") is { Length: > 0 } folder)
        CsvWriter.Write(Path.Combine(folder, $"{name}_{method}_{seed}.csv"), synthetic);
    return new Outcome(1 - fidelity.Shapes, 1 - fidelity.TrendsAllPairs, privacy?.ShareNearerToReal, real, learned);

    double OverDraws(Func<Table, double> measure) => Enumerable.Range(0, draws)
        .Average(draw => measure(draw == 0 ? synthetic : generate(ulong.Parse(seed) + (1000 * (ulong)draw))));
}

Func<ulong, Table> Train(string method, Table training, int label, ulong seed)
{
    Progress? progress = arguments.Has("verbose") ? new Progress() : null;
    switch (method)
    {
        case "smote":
            var smote = new SmoteGenerator(training, label);
            return draw => smote.Generate(training.RowCount, null, draw);
        case "conditional" or "csdi-t":
            // The imputer's draws of rows of which nothing is known.
            ImputerOptions imputation = method == "csdi-t" ? CsdiTOptions.Paper() : new ConditionalOptions();
            imputation.Seed = seed;
            arguments.Set(imputation);
            var imputer = TableImputer.Train(training, imputation, progress);
            return draw => imputer.Impute(new Table(training.Columns, training.RowCount), ImputationMode.Draw, draw);
        default:
            bool isOfCompleteRows = method.EndsWith("-delete", StringComparison.Ordinal);
            bool isOfMeans = method.EndsWith("-mean", StringComparison.Ordinal);
            GeneratorOptions options = (isOfCompleteRows || isOfMeans ? method[..method.LastIndexOf('-')] : method) switch
            {
                "default" => new MaskedOptions(),
                "stasy" => new StasyOptions(),
                "paper-stasy" => StasyOptions.Paper(),
                "tabddpm" => TabDdpmOptions.Paper(),
                "private-tabddpm" => new TabDdpmOptions { Epsilon = 1 },
                "private-marginals" => new PrivateMarginalsOptions(),
                "missdiff" => new MissDiffGenerationOptions(),
                _ => throw new InvalidOperationException($"There is no method '{method}'."),
            };
            (options.LabelColumn, options.Seed) = (label, seed);
            arguments.Set(options);
            if (arguments.List("layers", "") is { Length: > 0 } layers)
                options.GetType().GetProperty("Layers")?.SetValue(options, layers.Select(int.Parse).ToArray());
            // MissDiff's comparisons (section 5): training on complete rows only, or on rows filled with means and modes.
            Table rows = isOfCompleteRows ? Take(training, [.. Enumerable.Range(0, training.RowCount).Where(row => !HasHole(training, row))])
                : isOfMeans ? TableImputer.Train(training, new MeanModeOptions()).Impute(training)
                : training;
            if (rows.RowCount == 0)
                return _ => rows;
            TableGenerator generator = options.Registration.Train(rows, options, progress);
            GenerationConditions conditions = new(training.Columns) { KeepMissing = method == "default" && !arguments.Has("hide") };
            return draw => Recoded(generator.Generate(training.RowCount, conditions, draw), training.Columns);
    }
}

// A model under a privacy budget has categories in an order of its own.
static Table Recoded(Table made, IReadOnlyList<TableColumn> columns)
{
    Table recoded = new(columns, made.RowCount);
    for (int i = 0; i < columns.Count; i++)
    {
        int[] codes = [.. made.Columns[i].Categories.Select(name => columns[i].Categories.ToList().IndexOf(name))];
        for (int row = 0; row < made.RowCount; row++)
            recoded[row, i] = codes.Length == 0 || double.IsNaN(made[row, i]) ? made[row, i] : codes[(int)made[row, i]];
    }
    return recoded;
}

static bool HasHole(Table table, int row) => Enumerable.Range(0, table.Columns.Count).Any(column => double.IsNaN(table[row, column]));

static Table Take(Table all, int[] rows)
{
    Table part = new(all.Columns, rows.Length);
    for (int i = 0; i < rows.Length; i++)
        all.Row(rows[i]).CopyTo(part.Row(i));
    return part;
}

internal sealed class Progress : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) =>
        Console.Error.WriteLine($"{value.Step}/{value.Steps} loss {value.Loss:F4} held back {value.ValidationError:F4} {value.Elapsed.TotalSeconds:F1}s {value.Message}");
}
