namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class NumericKeysTests() : CaseTests(Name)
{
    private const string Name = "numeric-keys";

    private static readonly string[] s_keys = ["id", "code"];

    [HandedCaseFact(Name)]
    public void Made_rows_have_no_key_twice_and_none_of_a_real_person()
    {
        (CaseTable made, string error) = Synthesize("ids.csv", 500);

        Assert.All(s_keys, column => AreFresh(made[column], column));
        Assert.All(s_keys, column => Assert.Contains($"Column {column} has 500 different", error, StringComparison.Ordinal));
    }

    [HandedCaseFact(Name)]
    public void Added_rows_have_no_key_twice_and_none_of_a_real_person()
    {
        (CaseTable all, _) = Augment("ids.csv", 100, "sex");

        Assert.Equal(600, all.RowCount);
        Assert.All(s_keys, column => AreFresh(all[column][500..], column));
    }

    private void AreFresh(string[] keys, string column)
    {
        string[] given = [.. keys.Where(key => key.Length > 0)];
        Assert.Equal(given.Length, given.Distinct().Count());
        Assert.Empty(given.Intersect(Read("ids.csv")[column]));
    }
}
