using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Trainers by what they were trained on: a drawing of the main metric, and a table of each.</summary>
internal static class UtilitySection
{
    private static readonly (string TrainedOn, string Text)[] s_kinds =
    [
        (UtilityScore.Real, "real"),
        (UtilityScore.Synthetic, "synthetic"),
        (UtilityScore.Both, "real + synthetic"),
        (UtilityScore.HalfOfReal, "half of real"),
        (UtilityScore.Smote, "SMOTE"),
        (UtilityScore.Cart, "sequential CART"),
    ];

    public static IEnumerable<XElement> Build(UtilityResult? utility)
    {
        if (utility == null || utility.Scores.Count == 0)
            return [Note("Not measured: it takes a label to predict and held-out real rows to test on.")];
        string[] metrics = [.. utility.Scores.Select(score => score.Metric).Distinct(StringComparer.Ordinal)
            .OrderByDescending(metric => metric == utility.MainMetric)];
        string task = utility.Task switch
        {
            LabelTask.Binary => $"The class “{utility.PositiveClass}” is told from the other.",
            LabelTask.Multiclass => $"One of {utility.Classes.Count} classes is predicted.",
            _ => "A number is predicted.",
        };
        return
        [
            Note($"{task} Each trainer learns from the rows named above the column and is tested on the same held-out real rows. Half of "
                + $"the real rows and rows by SMOTE and by sequential CART are yardsticks. "
                + (utility.Seeds > 1 ? $"Mean ± standard deviation over {utility.Seeds} seeds." : "One seed.")),
            .. utility.UndefinedReason is { } reason
                ? [Note($"What the models are worth is undefined, because {reason}.")]
                : Array.Empty<XElement>(),
            .. utility.Notes.Select(Note),
            .. Drawing(utility, metrics[0]),
            Scores(utility, metrics[0]),
            .. metrics.Skip(1).Select(metric => Tag("details", Tag("summary", $"By {Name(metric)}"), Scores(utility, metric))),
        ];
    }

    /// <summary>What a metric is called.</summary>
    public static string Name(string metric) => metric switch
    {
        "auc" => "area under the ROC curve (AUC)",
        "accuracy" => "accuracy",
        "f1Binary" => "F1 of the positive class",
        "f1Macro" => "macro F1",
        "f1Weighted" => "weighted F1",
        "r2" => "R²",
        "rmse" => "root mean squared error",
        _ => metric,
    };

    /// <summary>How a metric is shown.</summary>
    public static Func<double, string> Format(string metric) => metric == "rmse" ? Figures.Value : Figures.Score;

    private static XElement Scores(UtilityResult utility, string metric)
    {
        UtilityScore[] scores = [.. utility.Scores.Where(score => score.Metric == metric)];
        (string TrainedOn, string Text)[] kinds = Kinds(scores);
        string direction = metric == "rmse" ? "less is better" : "more is better";
        return Table($"Tested on real rows: {Name(metric)}, {direction}",
            [WordHeading("Trainer"), .. kinds.Select(kind => KindHeading(kind.Text, [.. scores.Where(score => score.TrainedOn == kind.TrainedOn)]))],
            scores.GroupBy(score => score.Trainer, StringComparer.Ordinal).Select(trainer => Tag("tr", RowHeading(trainer.Key),
                kinds.Select(kind => trainer.FirstOrDefault(score => score.TrainedOn == kind.TrainedOn) is UtilityScore score
                    ? Figure(score.Mean, Format(metric), score.StandardDeviation)
                    : Tag("td")))));
    }

    private static XElement KindHeading(string text, UtilityScore[] scores)
    {
        int[] rows = [.. scores.Select(score => score.Rows).Distinct()];
        XElement heading = Heading(text);
        heading.Add(Tag("small", rows.Length == 1 ? $" {Figures.Count(rows[0])} rows" : ""));
        return heading;
    }

    private static (string TrainedOn, string Text)[] Kinds(UtilityScore[] scores) =>
        [.. s_kinds.Where(kind => scores.Any(score => score.TrainedOn == kind.TrainedOn)),
            .. scores.Select(score => score.TrainedOn).Distinct(StringComparer.Ordinal)
                .Where(name => s_kinds.All(kind => kind.TrainedOn != name)).Select(name => (name, name))];

    /// <summary>One line a trainer, one mark for what it was trained on.</summary>
    private static IEnumerable<XElement> Drawing(UtilityResult utility, string metric)
    {
        UtilityScore[] scores =
        [
            .. utility.Scores.Where(score => score.Metric == metric && score.Trainer != "constant" && double.IsFinite(score.Mean)),
        ];
        if (scores.Length == 0)
            yield break;
        string[] trainers = [.. scores.Select(score => score.Trainer).Distinct(StringComparer.Ordinal)];
        const double Band = 34;
        double height = 20 + Band * trainers.Length + 40;
        double spread = scores.Max(score => double.IsFinite(score.StandardDeviation) ? score.StandardDeviation : 0);
        (double low, double high) = (scores.Min(score => score.Mean) - spread, scores.Max(score => score.Mean) + spread);
        double margin = Math.Max((high - low) * .04, 1e-3);
        var plot = new Plot((190, 10, 700, height - 45), (low - margin, high + margin), (0, 1));
        var marks = new List<XElement>();
        for (int i = 0; i < trainers.Length; i++)
        {
            double y = 10 + Band * (i + .5);
            marks.Add(Svg.Text(Figures.Shorten(trainers[i], 26), 180, y + 4, "end"));
            marks.Add(Svg.Line("grid", 190, y, 700, y));
            // The yardsticks first: the marks that matter lie on top.
            foreach (UtilityScore score in scores.Where(score => score.Trainer == trainers[i]).OrderByDescending(Order))
            {
                if (double.IsFinite(score.StandardDeviation))
                    marks.Add(Svg.Line("spread " + ClassOf(score.TrainedOn), plot.X(score.Mean - score.StandardDeviation), y,
                        plot.X(score.Mean + score.StandardDeviation), y));
                marks.Add(Mark(score.TrainedOn, plot.X(score.Mean), y,
                    $"{score.Trainer}, trained on {score.TrainedOn}: {Format(metric)(score.Mean)}"));
            }
        }

        yield return Tag("figure.wide",
            Legend.OfKeys([.. Kinds(scores).Select(kind => (new[] { Mark(kind.TrainedOn, 11, 8, null) }, "trained on " + kind.Text))]),
            Svg.Drawing(720, height, $"Trainers by {Name(metric)}",
                "One line for each trainer, one mark for the rows it was trained on; the table below has the figures.",
                plot.XAxis(Name(metric), hasGrid: true), marks));
    }

    private static int Order(UtilityScore score) => Array.FindIndex(s_kinds, kind => kind.TrainedOn == score.TrainedOn);

    private static string ClassOf(string trainedOn) => trainedOn switch
    {
        UtilityScore.Real => "real",
        UtilityScore.Synthetic => "synthetic",
        UtilityScore.Both => "both",
        _ => "yardstick",
    };

    private static XElement Mark(string trainedOn, double x, double y, string? tip) => trainedOn switch
    {
        UtilityScore.Real => Svg.Dot("mark real", x, y, 6, tip),
        UtilityScore.Synthetic => Svg.Diamond("mark synthetic", x, y, 7, tip),
        UtilityScore.Both => Svg.Box("mark both", x - 5, y - 5, 10, 10, tip),
        UtilityScore.HalfOfReal => Svg.Dot("ring yardstick", x, y, 5, tip),
        _ => Svg.Diamond("ring yardstick", x, y, 6, tip),
    };
}
