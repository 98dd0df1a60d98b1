using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

public sealed class ImputedSeriesTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    [Fact]
    public void Errors_gaps_intervals_and_simple_methods_are_what_a_hand_computes()
    {
        // One variable, x = 0, 1, ..., 9 at the hours 0 to 9; its deviation is the square root of 8.25.
        Step[] truth = [.. Enumerable.Range(0, 10).Select(t => new Step { Patient = "a", Hour = t, X = t })];
        Step[] holed = Copy(truth), filled = Copy(truth);
        // A gap between 1 and 3, one between 4 and 8, and the end.
        foreach (int t in (int[])[2, 5, 6, 7, 9])
        {
            holed[t].X = float.NaN;
            (filled[t].X, filled[t].Lower, filled[t].Upper) = (t + 0.5f, t - 1, t + 1);
        }

        (filled[7].Lower, filled[7].Upper) = (7.5f, 9.5f);
        ImputedSeriesResult found = Judge(truth, holed, filled);
        double deviation = Math.Sqrt(8.25);
        Assert.Equal((5, 5), (found.Figures.HiddenCells, found.Figures.FilledCells));
        Assert.Equal(0.5 / deviation, found.Figures.MeanAbsoluteError, 9);
        Assert.Equal(0.5 / deviation, found.Figures.RootMeanSquaredError, 9);
        Assert.Equal((0.8, 2 / deviation), (found.Figures.IntervalCoverage, found.Figures.IntervalWidth));
        // Forward is 1, 1, 2, 3 and 1 behind; the line is right but at the end; the mean of the observed is 3.2.
        double[] simple = [.. found.Figures.Baselines.Select(other => other.MeanAbsoluteError * deviation)];
        Assert.Equal(["mean", "forward", "linear"], found.Figures.Baselines.Select(other => other.Name));
        Assert.Equal((1.2 + 1.8 + 2.8 + 3.8 + 5.8) / 5, simple[0], 6);
        Assert.Equal(8 / 5.0, simple[1], 6);
        Assert.Equal(1 / 5.0, simple[2], 6);
        Assert.Equal([(0, 2, 2), (2, 4, 3)], found.Gaps.Select(gap => (gap.MoreThan, gap.UpTo, (int)gap.Figures.HiddenCells)));
        Assert.Equal([deviation], found.Variables.Select(variable => variable.StandardDeviation));
        ImputedSeriesCurve curve = Assert.Single(found.Curves);
        Assert.Equal(["a", "X"], [curve.Series, curve.Variable]);
        Assert.Equal([2.0, 5, 6, 7, 9], curve.Hidden.Where(double.IsFinite));
        Assert.Equal([2.5, 5.5, 6.5, 7.5, 9.5], curve.Filled.Where(double.IsFinite));
        Assert.Equal(["figures.crps"], found.Undefined.Select(figure => figure.Figure));
    }

    [Fact]
    public void Mixed_rows_dates_and_keys_give_the_same_figures()
    {
        (Step[] truth, Step[] holed, Step[] filled) = Simulated(6, 20);
        ImputedSeriesResult expected = Judge(truth, holed, filled);
        int[] order = [.. Enumerable.Range(0, truth.Length)];
        new Random(4).Shuffle(order);
        ImputedSeriesResult mixed = Judge(
            [.. order.Select(i => truth[i])], [.. order.Select(i => holed[i])], [.. order.Select(i => filled[i])]);
        Assert.Equal(expected.Figures.MeanAbsoluteError, mixed.Figures.MeanAbsoluteError, 12);
        Assert.Equal(
            expected.Gaps.Select(gap => (gap.UpTo, gap.Figures.HiddenCells)),
            mixed.Gaps.Select(gap => (gap.UpTo, gap.Figures.HiddenCells)));

        IDataView[] views = [.. ((Step[][])[truth, holed, filled]).Select(rows => s_ml.Transforms.Conversion.MapValueToKey("Patient")
            .Fit(s_ml.Data.LoadFromEnumerable(rows)).Transform(s_ml.Data.LoadFromEnumerable(rows)))];
        ImputedSeriesResult dated = s_ml.EvaluateImputedSeries(views[0], views[1], [views[2]], "Patient", "When", ["X", "Y"]);
        Assert.Equal(expected.Figures.MeanAbsoluteError, dated.Figures.MeanAbsoluteError, 12);
        Assert.Equal(expected.Gaps.Select(gap => gap.UpTo), dated.Gaps.Select(gap => gap.UpTo));
    }

    [Fact]
    public void Draws_are_judged_by_their_mean_their_quantiles_and_their_score()
    {
        (Step[] truth, Step[] holed, _) = Simulated(8, 30);
        var random = new Random(2);
        Step[][] draws = [.. Enumerable.Range(0, 20).Select(_ => Copy(truth))];
        foreach (Step[] draw in draws)
        {
            for (int i = 0; i < draw.Length; i++)
            {
                if (float.IsNaN(holed[i].X))
                    draw[i].X = truth[i].X + Noise(i) + (float)(random.NextDouble() + random.NextDouble() - 1);
            }
        }

        ImputedSeriesResult found = Judge(truth, holed, draws);
        Assert.Equal(20, found.Files);
        Assert.InRange(found.Figures.IntervalCoverage, 0.7, 1);
        Assert.InRange(found.Figures.Crps, 0.01, found.Figures.MeanAbsoluteError);
        Assert.Empty(found.Undefined);

        // As far from the draws as one draw is from another.
        float Noise(int row) => (float)(new Random(row).NextDouble() + new Random(row + 9999).NextDouble() - 1);
    }

    [Fact]
    public void What_stays_missing_was_changed_or_was_never_observed_is_counted()
    {
        (Step[] truth, Step[] holed, Step[] filled) = Simulated(4, 10);
        foreach (Step[] rows in (Step[][])[holed, filled])
        {
            foreach (Step step in rows.Where(step => step.Patient == "p1"))
                step.Y = double.NaN;
        }

        filled[Array.FindIndex(holed, step => !float.IsNaN(step.X))].X += 1;
        ImputedSeriesResult found = Judge(truth, holed, filled);
        Assert.Equal(10, found.Figures.HiddenCells - found.Figures.FilledCells);
        ImputedSeriesGap never = found.Gaps[^1];
        Assert.Equal((double.PositiveInfinity, 10, 0), (never.UpTo, never.Figures.HiddenCells, never.Figures.FilledCells));
        Assert.Equal(1, found.ChangedCells);
    }

    [Fact]
    public void Series_that_do_not_belong_together_are_refused_in_a_sentence()
    {
        (Step[] truth, Step[] holed, Step[] filled) = Simulated(3, 8);
        Assert.Contains("no filled view", Refusal(() => Judge(truth, holed, (Step[][])[])));
        Assert.Contains("have 24 rows and the filled series 23", Refusal(() => Judge(truth, holed, filled[1..])));
        Step[] other = Copy(filled);
        other[4].Patient = "p9";
        Assert.Contains("Row 5 of the filled series is not of the series and time", Refusal(() => Judge(truth, holed, other)));
        Assert.Contains("nothing can be measured", Refusal(() => Judge(truth, truth, filled)));
        other = Copy(truth);
        other[2].Y += 1;
        Assert.Contains("row 3 differs in column 'Y'", Refusal(() => Judge(truth, other, filled)));
        Assert.Contains("'Hours' is not in the view", Refusal(() => s_ml.EvaluateImputedSeries(
            View(truth), View(holed), [View(filled)], "Patient", "Hours")));
        Assert.Contains("single numbers were expected", Refusal(() =>
        {
            IDataView vectors = s_ml.Data.LoadFromEnumerable(new[] { new { At = new float[] { 1, 2 }, X = new float[] { 1, 2 } } });
            s_ml.EvaluateImputedSeries(vectors, vectors, [vectors], null, "At", ["X"]);
        }));
    }

    [Fact]
    public void A_long_series_is_drawn_in_parts_and_the_page_shows_line_band_and_points()
    {
        (Step[] truth, Step[] holed, Step[] filled) = Simulated(1, 1000);
        for (int i = 0; i < filled.Length; i++)
            (filled[i].Lower, filled[i].Upper) = (filled[i].X - 0.2f, filled[i].X + 0.2f);
        ImputedSeriesResult found = Judge(truth, holed, filled);
        Assert.Equal(12, found.Curves.Count);
        Assert.All(found.Curves, curve => Assert.InRange(curve.Times.Count, 1, 96));
        using StringWriter writer = new();
        ImputedSeriesReport.Write(found, writer);
        string page = writer.ToString();
        Assert.DoesNotContain("NaN", page);
        XElement root = XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        XElement[] drawings = [.. root.Descendants("svg").Where(svg => (string?)svg.Attribute("role") == "img")];
        // One drawing more for the lengths of gaps.
        Assert.Equal(13, drawings.Length);
        Assert.All(drawings[1..7], drawing => Assert.Equal(
            (true, true, true, true),
            (Has(drawing, "curve synthetic full"), Has(drawing, "area synthetic"), Has(drawing, "mark real"), Has(drawing, "ring both"))));
        // Y has no intervals.
        Assert.All(drawings[7..], drawing => Assert.False(Has(drawing, "area synthetic")));

        using MemoryStream json = new();
        EvaluationJson.Write(found, json);
        JsonElement figures = JsonDocument.Parse(json.ToArray()).RootElement.GetProperty("figures");
        Assert.Equal(found.Figures.MeanAbsoluteError, figures.GetProperty("meanAbsoluteError").GetDouble());
        Assert.Equal(JsonValueKind.Null, figures.GetProperty("crps").ValueKind);

        static bool Has(XElement drawing, string name) => drawing.Descendants().Any(element => (string?)element.Attribute("class") == name);
    }

    private static string Refusal(Action work)
    {
        Exception e = Assert.ThrowsAny<Exception>(work);
        Assert.True(e is ArgumentException or InvalidDataException, e.ToString());
        return e.Message;
    }

    private static ImputedSeriesResult Judge(Step[] truth, Step[] holed, params Step[][] filled) => s_ml.EvaluateImputedSeries(
        View(truth), View(holed), [.. filled.Select(View)], "Patient", "Hour", truth.All(step => step.Y == 0) ? ["X"] : ["X", "Y"]);

    private static IDataView View(Step[] rows) => s_ml.Data.LoadFromEnumerable(rows);

    private static Step[] Copy(Step[] rows) => [.. rows.Select(row => row.Copy())];

    /// <summary>Two waves with a third of their cells hidden, filled a little too high.</summary>
    private static (Step[] Truth, Step[] Holed, Step[] Filled) Simulated(int patients, int steps)
    {
        var random = new Random(3);
        Step[] truth = [.. Enumerable.Range(0, patients * steps).Select(i => new Step
        {
            Patient = $"p{i / steps}",
            Hour = i % steps,
            When = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(i % steps),
            X = (float)Math.Sin(i * 0.4),
            Y = 2 + Math.Cos(i * 0.3),
        })];
        Step[] holed = Copy(truth), filled = Copy(truth);
        for (int i = 0; i < truth.Length; i++)
        {
            if (random.NextDouble() < 0.33)
                (holed[i].X, filled[i].X) = (float.NaN, truth[i].X + 0.1f);
            if (random.NextDouble() < 0.33)
                (holed[i].Y, filled[i].Y) = (double.NaN, truth[i].Y + 0.1);
        }

        return (truth, holed, filled);
    }

    private sealed class Step
    {
        public string Patient { get; set; } = "";

        public float Hour { get; set; }

        public DateTime When { get; set; }

        public float X { get; set; }

        public double Y { get; set; }

        [ColumnName("X.Lower")]
        public float Lower { get; set; } = float.NaN;

        [ColumnName("X.Upper")]
        public float Upper { get; set; } = float.NaN;

        public Step Copy() => (Step)MemberwiseClone();
    }
}
