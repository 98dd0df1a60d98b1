namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class SmoteWithoutLabelTests() : CaseTests(Name)
{
    private const string Name = "smote-without-label";

    [HandedCaseTheory(Name)]
    [InlineData("nanlabel.csv", "label")]
    [InlineData("skew.csv", "income")]
    public void No_new_row_lacks_its_label_or_another_cell(string file, string label)
    {
        int rows = Read(file).RowCount;
        (CaseTable all, _) = Augment(file, 60, label, config: null, more: ["--method", "smote"]);

        Assert.Equal(rows + 60, all.RowCount);
        Assert.All(all.Columns, column => Assert.DoesNotContain("", all[column][rows..]));
    }
}
