using System.Text.Json;
using Microsoft.ML.Diffusion.Evaluation.Utility;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>Figures that scikit-learn computes of the same predictions (test/data/evaluation/make.py).</summary>
public sealed class PredictionMetricsTests
{
    [Fact]
    public void Two_classes_agree()
    {
        JsonElement expected = Reference.Expected.GetProperty("binary");
        double[] found = PredictionMetrics.Binary(
            [.. expected.GetProperty("labels").EnumerateArray().Select(item => item.GetBoolean())],
            [.. expected.GetProperty("predicted").EnumerateArray().Select(item => item.GetBoolean())],
            expected.GetProperty("scores").Numbers());
        AssertAll(expected, found);
    }

    [Fact]
    public void Several_classes_agree()
    {
        JsonElement expected = Reference.Expected.GetProperty("multiclass");
        double[] found = PredictionMetrics.Multiclass(
            [.. expected.GetProperty("labels").EnumerateArray().Select(item => item.GetInt32())],
            [.. expected.GetProperty("predicted").EnumerateArray().Select(item => item.GetInt32())],
            [.. expected.GetProperty("scores").EnumerateArray().SelectMany(row => row.Numbers())],
            classes: 4);
        AssertAll(expected, found);
    }

    [Fact]
    public void Numbers_agree()
    {
        JsonElement expected = Reference.Expected.GetProperty("regression");
        AssertAll(expected, PredictionMetrics.Regression(expected.GetProperty("labels").Numbers(), expected.GetProperty("predicted").Numbers()));
    }

    [Fact]
    public void One_class_has_no_auc() =>
        Assert.True(double.IsNaN(PredictionMetrics.Binary([true, true], [true, false], [0.9, 0.1])[0]));

    private static void AssertAll(JsonElement expected, double[] found)
    {
        Assert.Equal(expected.GetProperty("expected").GetArrayLength(), found.Length);
        for (int i = 0; i < found.Length; i++)
            Reference.AssertClose(expected.GetProperty("expected")[i], found[i]);
    }
}
