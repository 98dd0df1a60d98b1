using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Tables;

// The table of TabDDPM's paper (Kotelnikov et al. 2023, table 4): how much worse boosted trees are that learn from made rows than from real
// ones, scored on real rows; the mean and the deviation of five sets of made rows.
//   dotnet run -c Release --project eng/benchmarks/TabDdpmTable -- --work FOLDER [--data FOLDER] [--tables abalone,...]
//     [--methods real,smote,tabddpm,default] [--samples 5] [--trials 20] [--most-rows 600000] [--learner-threads 2] [--train-only]
//     [--set-OPTION VALUE] [--verbose] [--results NAME]
// Methods: real rows, SMOTE and TabDDPM with the settings that TabDDPM's authors published for the table, and the default of this library.
// The learner is tuned for each table on real rows, and is the same for all methods. --work keeps models, checkpoints of TabDDPM's training
// and scores: what is there is not done again, so that a long training can be ended and go on, and several runs fill one table.
// --most-rows: the authors make up to eight times as many rows as there are; this is the most that a set has (600,000). --train-only:
// trains, and scores nothing. --set-Steps: a shorter training, which the table tells.
Arguments arguments = new(args);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string data = arguments.Value("data", Path.Combine("..", "shared", "data"));
WorkFolder work = new(arguments.Value("work", "tabddpm-table"));
int samples = int.Parse(arguments.Value("samples", "5")), mostRows = int.Parse(arguments.Value("most-rows", "600000"));
string[] methods = arguments.List("methods", "real,smote,tabddpm,default");
string[] names = arguments.List("tables", string.Join(',', PublishedTable.All.Select(table => table.Name)));
TableOfGaps gaps = new();
foreach (string name in names)
{
    PublishedTable table = PublishedTable.All.First(table => table.Name == name);
    TableParts parts = TableParts.Read(data, table, seed: 0);
    foreach (string method in methods)
    {
        if (arguments.Has("train-only"))
            Maker(method);
        else
            Report(method, work.Kept($"{name}-{method}", () => Scored(method)));
    }
    gaps.Add(
        table, parts, method => work.Find<MethodScores>($"{name}-{method}"),
        () => work.Find<TrainingTime>($"{name}-tabddpm-training"));

    void Report(string method, MethodScores scores) => Console.WriteLine(
        $"{name,-11} {method,-8} {scores.Rows,6} rows  {scores.Mean:F4} +- {scores.Deviation:F4}  {DateTime.Now:HH:mm}");

    MethodScores Scored(string method)
    {
        var learner = new TunedLearner(parts, int.Parse(arguments.Value("learner-threads", "2")));
        LearnerSettings settings = work.Kept($"{name}-learner", () => learner.Tune(int.Parse(arguments.Value("trials", "20"))));
        Func<ulong, Table> make = Maker(method);
        double[] scores = new double[samples];
        int rows = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            Table made = make((ulong)sample + 1);
            (scores[sample], rows) = (learner.Score(made, settings, sample + 1), made.RowCount);
            if (arguments.Has("verbose"))
                Console.Error.WriteLine($"{name} {method} {rows} rows: {scores[sample]:F4}");
        }
        return new MethodScores(scores, rows, method == "tabddpm" ? work.Find<TrainingTime>($"{name}-tabddpm-training")?.Steps : null);
    }

    // What makes a set of rows of a seed.
    Func<ulong, Table> Maker(string method)
    {
        int asTabDdpm = Math.Min(mostRows, table.RowsFor(parts.Training.RowCount));
        switch (method)
        {
            case "real":
                return _ => parts.Training;
            case "smote":
                var smote = new SmoteGenerator(parts.Training, parts.Label, table.Neighbors);
                int rows = Math.Min(mostRows, table.SmoteShare * parts.Training.RowCount);
                return seed => smote.Generate(rows, null, seed);
            default:
                DiffusionGenerator generator = work.Model($"{name}-{method}", () => Trained(method));
                return seed => generator.Generate(asTabDdpm, null, seed);
        }
    }

    DiffusionGenerator Trained(string method)
    {
        DiffusionGeneratorOptions options = method == "default" ? new MaskedOptions() : table.TabDdpm();
        options.LabelColumn = parts.Label;
        arguments.Set(options);
        if (method != "default")
            options.Checkpoint = new CheckpointOptions(work.PathOf($"{name}-{method}.checkpoint"));
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var trained = DiffusionGenerator.Train(parts.Training, options, arguments.Has("verbose") ? new Progress() : null);
        work.Kept($"{name}-{method}-training", () => new TrainingTime(
            watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds, options.Steps));
        Console.WriteLine($"{name,-11} {method,-8} trained in {watch.Elapsed.TotalSeconds:F0} s  {DateTime.Now:HH:mm}");
        return trained;
    }
}
gaps.Write(args);

internal sealed class Progress : IProgress<TrainingProgress>
{
    private int _next;

    public void Report(TrainingProgress value)
    {
        if (value.Step < _next)
            return;
        _next = value.Step + (value.Steps / 100);
        Console.Error.WriteLine($"{value.Step}/{value.Steps} loss {value.Loss:F4} {value.Elapsed.TotalSeconds:F0}s {value.Message}");
    }
}
