using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Roles;

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
        Assert.Equal("200 different whole numbers in 200 rows, rising by one: a key", with.Setup.LeftOut[0].Reason);
        Assert.All(with.Setup.LeftOut, column => Assert.StartsWith("200 different ", column.Reason, StringComparison.Ordinal));
        Assert.All(with.Setup.LeftOut, column => Assert.EndsWith(": a key", column.Reason, StringComparison.Ordinal));
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

    [Fact]
    public void What_columns_are_told_to_be_counts_more_than_what_is_found()
    {
        static Keyed Make(int i) => new() { Number = 500 + i, CustomerId = i % 5, Remark = i % 2 == 0 ? "a" : "b" };
        ColumnRoles roles = new(
        [
            new ColumnEntry { Name = "Number", Role = ColumnRole.Number },
            new ColumnEntry { Name = "Remark", Role = ColumnRole.Text },
        ]);
        EvaluationResult result = Evaluate(Make, roles: roles);

        LeftOutColumn only = Assert.Single(result.Setup.LeftOut);
        Assert.Equal(("Remark", "it is told to be a column of the role text"), (only.Column, only.Reason));
    }

    private static EvaluationResult Evaluate(Func<int, Keyed> make, string label = nameof(Keyed.IsIll), ColumnRoles? roles = null,
        params string[] dropped)
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
        return s_ml.EvaluateSynthetic(View(0), View(1000), View(2000), label,
            new() { Seeds = 1, AugmentationRows = [], Yardsticks = false, Columns = roles });
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
