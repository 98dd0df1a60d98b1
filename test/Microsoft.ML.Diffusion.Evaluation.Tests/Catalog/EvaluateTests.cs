using Microsoft.ML.Diffusion.Evaluation.Results;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class EvaluateTests
{
    private const int Rows = 400;

    private static readonly Patient[] s_real = Patient.Draw(Rows, 1), s_test = Patient.Draw(Rows, 2);

    [Fact]
    public void Fresh_rows_of_the_same_origin_are_good_for_everything()
    {
        EvaluationResult result = Evaluate(Patient.Draw(Rows, 3));

        Assert.Equal(0.5, result.Fidelity.Scores.DetectionTrees, 0.12);
        Assert.Equal(0.5, result.Privacy!.ShareNearerToReal, 0.08);
        Assert.Contains("finds", result.Verdicts.Single(verdict => verdict.Topic == "Privacy").Answer, StringComparison.Ordinal);
        Assert.Equal(["smote", "cart"], result.Privacy.Yardsticks.Select(yardstick => yardstick.Name));
        Assert.All(result.Verdicts.Where(verdict => verdict.Question.Contains("real rows") && verdict.Topic != "Overall"), verdict =>
            Assert.NotEqual(VerdictGrade.Poor, verdict.Grade));
        Assert.Equal(["half of real", "smote", "cart"], result.Fidelity.Yardsticks.Select(yardstick => yardstick.Name));
        Assert.Equal((Rows, Rows, Rows, 7), (result.Setup.RealRows, result.Setup.SyntheticRows, result.Setup.TestRows, result.Setup.ColumnCount));
    }

    [Theory]
    [InlineData(12, "IsIll")]
    [InlineData(60, "IsIll")]
    [InlineData(12, "Age")]
    public void A_small_table_is_evaluated_too(int rows, string label)
    {
        var ml = new MLContext(1);
        IDataView[] views = [.. new ulong[] { 1, 3, 2 }.Select(seed => Patient.View(ml, Patient.Draw(rows, seed)))];
        EvaluationResult result = ml.EvaluateSynthetic(views[0], views[1], views[2], label, new() { Seeds = 1 });
        Assert.Contains(result.Utility!.Scores, score => score.Trainer == "LightGbm");
    }

    [Fact]
    public void Copies_of_the_training_rows_are_found_out_by_privacy()
    {
        EvaluationResult result = Evaluate(s_real);

        Assert.Equal((1, 1), (result.Privacy!.ExactCopies, result.Privacy.ShareNearerToReal));
        Assert.Equal(VerdictGrade.Poor, result.Verdicts.Single(verdict => verdict.Topic == "Privacy").Grade);
        Assert.Equal(VerdictGrade.Poor, result.Verdicts[0].Grade);
        Assert.Equal(1, result.Fidelity.Scores.QualityAllPairs, 9);
    }

    [Fact]
    public void Shuffled_columns_are_found_out_by_pairs_detection_and_utility()
    {
        EvaluationResult result = Evaluate(Patient.Shuffled(s_real));

        Assert.Equal(1, result.Fidelity.Scores.Shapes, 9);
        Assert.True(result.Fidelity.Scores.TrendsAssociatedPairs < 0.8, $"{result.Fidelity.Scores.TrendsAssociatedPairs}");
        Assert.True(result.Fidelity.Scores.DetectionTrees > 0.8, $"{result.Fidelity.Scores.DetectionTrees}");
        Assert.True(Mean(result.Utility!, UtilityScore.Synthetic) < Mean(result.Utility!, UtilityScore.Real) - 0.15);
        Assert.Equal(VerdictGrade.Poor, result.Verdicts.First(verdict => verdict.Topic == "Utility").Grade);
    }

    [Fact]
    public void Noise_is_found_out_by_shapes_and_detection()
    {
        EvaluationResult result = Evaluate(Patient.Noise(Rows, 4));

        Assert.True(result.Fidelity.Scores.Shapes < 0.6, $"{result.Fidelity.Scores.Shapes}");
        Assert.True(result.Fidelity.Scores.DetectionLogistic > 0.9 && result.Fidelity.Scores.DetectionTrees > 0.95);
        Assert.Equal(VerdictGrade.Poor, result.Verdicts.Single(verdict => verdict.Topic == "Fidelity").Grade);
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_json_brings_it_back()
    {
        EvaluationResult result = Evaluate(Patient.Draw(Rows, 3)), again = Evaluate(Patient.Draw(Rows, 3));
        string text = Json(result with { Setup = result.Setup with { Seconds = 0 } });

        Assert.Equal(text, Json(again with { Setup = again.Setup with { Seconds = 0 } }));
        using MemoryStream stream = new(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, Json(EvaluationJson.Read(stream)));
        Assert.StartsWith("{\n  \"schemaVersion\": 1,", text);
    }

    [Fact]
    public void Without_a_test_table_there_is_fidelity_alone()
    {
        var ml = new MLContext(1);
        EvaluationResult result = ml.EvaluateSynthetic(Patient.View(ml, s_real), Patient.View(ml, s_test), realTest: null,
            options: new() { Yardsticks = false });
        Assert.Null(result.Utility);
        Assert.Null(result.Privacy);
        Assert.Equal("Fidelity", result.Verdicts[^1].Topic);
    }

    [Fact]
    public void Bad_input_gets_one_sentence()
    {
        var ml = new MLContext(1);
        IDataView real = Patient.View(ml, s_real), test = Patient.View(ml, s_test);
        Assert.Contains("lack column 'Dose'", Assert.Throws<ArgumentException>(() =>
            ml.EvaluateSynthetic(real, ml.Transforms.SelectColumns("Age").Fit(real).Transform(real), test)).Message);
        Assert.Contains("'Nobody'", Assert.Throws<ArgumentException>(() => ml.EvaluateSynthetic(real, real, test, "Nobody")).Message);
        IDataView none = Patient.View(ml, []);
        Assert.Contains("no synthetic rows", Assert.Throws<InvalidDataException>(() => ml.EvaluateSynthetic(real, none, test)).Message);
        IDataView ill = Patient.View(ml, s_real.Where(row => row.IsIll));
        Assert.Contains("one value (True)",
            Assert.Throws<InvalidDataException>(() => ml.EvaluateSynthetic(ill, real, test, "IsIll")).Message);
        Assert.Contains("Seeds", Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.EvaluateSynthetic(real, real, test, options: new() { Seeds = 0 })).Message);
        Assert.Contains("The option AugmentationRows must be a list", Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.EvaluateSynthetic(real, real, test, "IsIll", new() { AugmentationRows = null! })).Message);
        Assert.Contains("The option Task must be Binary, Multiclass or Regression", Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.EvaluateSynthetic(real, real, test, "IsIll", new() { Task = (LabelTask)9 })).Message);
    }

    [Theory]
    [InlineData(nameof(Patient.Visits))]
    [InlineData(nameof(Birth.Share))]
    [InlineData(nameof(Patient.Ward))]
    [InlineData(nameof(Patient.IsIll))]
    [InlineData(nameof(Birth.Born))]
    public void Keys_are_told_apart_by_what_they_stand_for_whatever_its_type_and_their_order(string column)
    {
        var ml = new MLContext(1);
        IDataView rows = Patient.View(ml, s_real);
        Action<Visit, Birth> born = (visit, birth) => (birth.Born, birth.Share) = (new(1980 + visit.Visits, 1, 1), visit.Visits / 10f);
        rows = ml.Transforms.CustomMapping(born, contractName: null).Fit(rows).Transform(rows);
        IDataView Keyed(KeyOrdinality order) => ml.Transforms.Conversion.MapValueToKey("Key", column, keyOrdinality: order)
            .Append(ml.Transforms.SelectColumns("Key", nameof(Patient.Dose))).Fit(rows).Transform(rows);
        EvaluationResult result = ml.EvaluateSynthetic(
            Keyed(KeyOrdinality.ByValue), Keyed(KeyOrdinality.ByOccurrence), null, options: new() { Yardsticks = false });
        Assert.Equal((1, 1), (result.Fidelity.Scores.Shapes, result.Fidelity.Scores.QualityAllPairs));
    }

    [Fact]
    public void Numbers_whose_squares_are_infinite_are_refused_in_one_sentence()
    {
        var ml = new MLContext(1);
        IDataView Amounts(double scale) => ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 60).Select(i => new Amount { Value = scale * (1 + (i % 20)), IsHigh = i % 3 == 0 }));
        Assert.Equal(
            "Column 'Value' of the synthetic rows holds 1E+306; numbers up to 1E+150 can be compared.",
            Assert.Throws<InvalidDataException>(() => ml.EvaluateSynthetic(Amounts(1), Amounts(1e306), null)).Message);
        EvaluationResult large = ml.EvaluateSynthetic(Amounts(1e148), Amounts(1e148), null, options: new() { Yardsticks = false });
        Assert.True(double.IsFinite(large.Fidelity.Scores.DetectionLogistic + large.Fidelity.Scores.Shapes));
    }

    [Fact]
    public void It_stops_when_told_to()
    {
        var ml = new MLContext(1);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ml.EvaluateSynthetic(
            Patient.View(ml, s_real), Patient.View(ml, s_test), null, options: new() { CancellationToken = source.Token }));
    }

    internal static double Mean(UtilityResult utility, string on) =>
        utility.Scores.Where(score => score.TrainedOn == on && score.Metric == utility.MainMetric && score.Trainer != "constant")
            .Average(score => score.Mean);

    private static EvaluationResult Evaluate(Patient[] synthetic)
    {
        var ml = new MLContext(1);
        return ml.EvaluateSynthetic(Patient.View(ml, s_real), Patient.View(ml, synthetic), Patient.View(ml, s_test), "IsIll",
            new() { Seeds = 1, AugmentationRows = [] });
    }

    private static string Json(EvaluationResult result)
    {
        using MemoryStream stream = new();
        EvaluationJson.Write(result, stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class Amount
    {
        public double Value { get; set; }

        public bool IsHigh { get; set; }
    }

    private sealed class Visit
    {
        public int Visits { get; set; }
    }

    private sealed class Birth
    {
        public DateTime Born { get; set; }

        public float Share { get; set; }
    }
}
