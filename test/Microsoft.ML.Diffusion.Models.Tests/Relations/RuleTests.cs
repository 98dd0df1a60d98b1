using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

public class RuleTests
{
    [Theory]
    [InlineData("start<=end", "start <= end")]
    [InlineData("end > start - 1", "end > start - 1")]
    [InlineData("end >= start", "end >= start")]
    [InlineData("days = end - start", "days = end - start")]
    [InlineData("`unit price` * 2 = [double price]", "`unit price` * 2 = `double price`")]
    [InlineData("double price = (unit price + unit price)", "`double price` = `unit price` + `unit price`")]
    [InlineData("end-start = days", "end - start = days")]
    [InlineData("hours-per-week >= -1.5e1", "hours-per-week >= -15")]
    [InlineData("city->state", "city -> state")]
    public void Rules_are_read_and_written_in_one_form(string rule, string text)
    {
        Relation relation = RelationSet.Find(Visits(), [rule], find: false).Relations.Single();
        Assert.Equal(text, relation.Text);
        Assert.Equal(text, RelationSet.Find(Visits(), [text], find: false).Relations.Single().Text);
    }

    [Theory]
    [InlineData("start <= ende", "names 'ende' at character 10, and there is no such column; did you mean end?")]
    [InlineData("start end", "<=, <, >=, >, = or -> was expected at character 7, and 'e' is there.")]
    [InlineData("start <= (end", "')' was expected at character 14, and the end is there.")]
    [InlineData("start <=", "the name of a column was expected at character 9, and the end is there.")]
    [InlineData("start <= end end", "the end of the rule was expected at character 14, and 'e' is there.")]
    [InlineData("1 < 2", "a rule with the name of a column was expected")]
    [InlineData("city = 3", "computes with column 'city', which holds categories")]
    [InlineData("start + end -> city", "one column before '->' was expected")]
    [InlineData("", "the name of a column was expected at character 1")]
    public void A_rule_that_cannot_be_read_is_refused_with_place_and_remedy(string rule, string part)
    {
        FormatException refused = Assert.Throws<FormatException>(() => RelationSet.Find(Visits(), [rule], find: false));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_training_rows_break_is_refused_with_their_count_and_a_row()
    {
        Table table = Visits();
        (table[10, 1], table[20, 1]) = (-5, -5);
        Assert.Contains(
            "does not hold in 2 of the training rows; the first is row 11.",
            Assert.Throws<InvalidDataException>(() => RelationSet.Find(table, ["start <= end"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("does not hold in", Assert.Throws<InvalidDataException>(() => RelationSet.Find(table, ["state -> city"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start = end / 0", 100)]
    [InlineData("start <= end / 0", 100)]
    [InlineData("start > 0 - end / 0", 100)]
    [InlineData("start <= end * 1e308 * 1e308", 100)]
    [InlineData("days = days * start / start", 1)]
    public void A_rule_with_a_side_that_is_no_number_does_not_hold(string rule, int broken)
    {
        Table table = RelationTables.Make(RelationTables.Numbers("start", "end", "days"), 101, _ => [5, 7, 2]);
        // 0 / 0 in the first row; a missing cell in the second, which breaks nothing.
        (table[0, 0], table[1, 0]) = (0, double.NaN);
        Assert.Contains(
            $"The rule '{rule}' does not hold in {broken} of the training rows; the first is row 1.",
            Assert.Throws<InvalidDataException>(() => RelationSet.Find(table, [rule], find: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Throws<FormatException>(() => RelationSet.Find(Visits(), [new string('(', 10_000) + "end"], find: false));

    private static Table Visits() => RelationTables.Make(
        [
            .. RelationTables.Numbers("start", "end", "days", "unit price", "double price", "hours-per-week"),
            TableColumn.Categorical("city", "a", "b", "c", "d"), TableColumn.Categorical("state", "A", "B"),
        ],
        100,
        random =>
        {
            (int start, int days, int price, int city) = (random.Below(0, 90), random.Below(64, 9), random.Below(128, 50),
                random.Below(192, 4));
            return [start, start + days, days, price, 2 * price, random.Below(256, 60), city, city % 2];
        });
}
