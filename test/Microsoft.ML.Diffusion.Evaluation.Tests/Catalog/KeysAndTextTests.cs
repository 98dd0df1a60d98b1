using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class KeysAndTextTests
{
    private static readonly MLContext s_ml = new(1);

    [Fact]
    public void Keys_and_free_text_are_named_and_change_nothing()
    {
        static Keyed Make(int i) => new() { Number = 500 + i, CustomerId = i * 7919 % 10_007, Remark = $"text {i}" };
        EvaluationResult with = Evaluate(Make), without = Evaluate(Make, dropped: ["Number", "CustomerId", "Remark"]);

        Assert.Equal(["Number", "CustomerId", "Remark"], with.Setup.LeftOut.Select(column => column.Column));
        Assert.Equal("200 different whole numbers in 200 cells, rising by one: a key", with.Setup.LeftOut[0].Reason);
        Assert.Equal("200 different whole numbers in 200 cells, named like a key: a key", with.Setup.LeftOut[1].Reason);
        Assert.Equal("200 different texts in 200 cells, a key or free text", with.Setup.LeftOut[2].Reason);
        Assert.Equal((2, 2), (with.Setup.ColumnCount, without.Setup.ColumnCount));
        Assert.Equal(without.Privacy!.SyntheticToReal, with.Privacy!.SyntheticToReal);
        Assert.Equal(without.Utility!.Scores, with.Utility!.Scores);
        Assert.Equal(without.Fidelity.Scores.DetectionTrees, with.Fidelity.Scores.DetectionTrees);
    }

    [Fact]
    public void Measured_whole_numbers_and_the_label_stay()
    {
        EvaluationResult result = Evaluate(i => new Keyed { Number = (i * i * 31) % 40_009 }, label: nameof(Keyed.Number));
        Assert.DoesNotContain(result.Setup.LeftOut, column => column.Column == nameof(Keyed.Number));
    }

    private static EvaluationResult Evaluate(Func<int, Keyed> make, string label = nameof(Keyed.IsIll), params string[] dropped)
    {
        IDataView Rows(int start) => s_ml.Data.LoadFromEnumerable(Patient.Draw(200, (ulong)start).Select((patient, i) =>
        {
            Keyed row = make(start + i);
            (row.Age, row.IsIll) = (patient.Age, patient.IsIll);
            return row;
        }));
        IDataView View(int start) => dropped.Length == 0
            ? Rows(start)
            : s_ml.Transforms.DropColumns(dropped).Fit(Rows(start)).Transform(Rows(start));
        return s_ml.Diffusion().Evaluate(View(0), View(1000), View(2000), label, new() { Seeds = 1, AugmentationRows = [], Yardsticks = false });
    }

    private sealed class Keyed
    {
        public float Number { get; set; }

        public float CustomerId { get; set; }

        public string Remark { get; set; } = "same";

        public float Age { get; set; }

        public bool IsIll { get; set; }
    }
}
