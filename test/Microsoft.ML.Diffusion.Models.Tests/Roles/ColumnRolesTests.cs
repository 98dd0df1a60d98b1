using CsCheck;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>columns.json is read as it was written, and what is wrong in it is refused with a remedy.</summary>
public sealed class ColumnRolesTests
{
    [Fact]
    public void Roles_come_back_from_their_file()
    {
        var roles = new ColumnRoles(
        [
            new ColumnEntry { Name = "price €", Role = ColumnRole.Amount, Format = "#.##0,00 €", Min = "1,00 €", Max = "2.000,00 €",
                Reason = "because" },
            new ColumnEntry { Name = "visit", Role = ColumnRole.Date, Format = "dd.MM.yyyy", Habit = DateHabit.MonthEnd },
            new ColumnEntry { Name = "size", Role = ColumnRole.Number, Format = "0", Step = 4, Offset = 1, MissingMarks = ["NA", "-"] },
            new ColumnEntry { Name = "ok", Role = ColumnRole.YesNo, Values = ["non", "oui"], MergeVariants = true },
            new ColumnEntry { Name = "id \"x\"", Role = ColumnRole.Key },
        ]);
        string json = roles.ToJson();
        ColumnRoles read = ColumnRoles.FromJson(json);

        Assert.Equal(json, read.ToJson());
        Assert.Equal(roles["size"] with { MissingMarks = [] }, read["size"] with { MissingMarks = [] });
        Assert.Equal(["NA", "-"], read["size"].MissingMarks);
        Assert.Equal((true, false), (read["ok"].MergeVariants, read["visit"].MergeVariants));
        Assert.Equal("#.##0,00 €", read["price €"].Format);
        Assert.Contains("€", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_any_characters_come_back()
    {
        Gen.String.Sample(name =>
            ColumnRoles.FromJson(new ColumnRoles([new ColumnEntry { Name = name, Role = ColumnRole.Text }]).ToJson())[0].Name == name
            || name.Any(char.IsSurrogate));
    }

    [Theory]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"number","fromat":"0"}]}""",
        "column 'x' there is no property 'fromat'; did you mean format?")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"numbr"}]}""", "column 'x' has no known role 'numbr'; did you mean number?")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"date","habit":"often"}]}""",
        "no known habit 'often'; there are none, weekdays")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"key","format":"0"}]}""",
        "of the role key, but the property format belongs to")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"number","habit":"weekdays"}]}""",
        "the property habit belongs to dates and timestamps")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"date","format":"abc"}]}""",
        "Column 'x': The date format 'abc' has neither a year")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"date","format":"yyyy-MM-dd","min":"1.1.2020"}]}""",
        "the smallest date '1.1.2020' is not written")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"number","mergeVariants":true}]}""",
        "the property mergeVariants belongs to yes/no, categories, codes and constants")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"category","mergeVariants":"yes"}]}""",
        "column 'x' needs true or false as mergeVariants.")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"number","step":0}]}""", "column 'x' needs a step above 0.")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"number","step":"4"}]}""", "column 'x' needs a number as step.")]
    [InlineData("""{"version":1,"columns":[{"role":"number"}]}""", "column 1 has no name.")]
    [InlineData("""{"version":1,"columns":[{"name":"x","role":"key"},{"name":"x","role":"key"}]}""", "The column 'x' is given twice.")]
    [InlineData("""{"version":2,"columns":[]}""", "the property version must be 1.")]
    [InlineData("""{"version":1,"colums":[]}""", "there is no property 'colums'; did you mean columns?")]
    [InlineData("""[]""", "the file must be an object")]
    [InlineData("{\n\"version\":1,\n\"columns\":[}", "line 3 is not JSON.")]
    public void What_is_wrong_is_refused_in_a_sentence(string json, string message)
    {
        var error = Assert.Throws<FormatException>(() => ColumnRoles.FromJson(json));

        Assert.StartsWith("In columns.json, ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_comment_and_a_last_comma_are_allowed()
    {
        Assert.Single(ColumnRoles.FromJson("""
            {
              "version": 1, // of the file's form
              "columns": [ { "name": "x", "role": "Number", }, ],
            }
            """));
    }

    [Fact]
    public void An_unknown_column_is_named_with_near_ones()
    {
        var roles = new ColumnRoles([new ColumnEntry { Name = "incme", Role = ColumnRole.Number }]);

        Assert.Contains("did you mean income?", Assert.Throws<FormatException>(() => roles.CheckAgainst(["age", "income"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("did you mean incme?", Assert.Throws<KeyNotFoundException>(() => roles["income"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_edited_role_is_used_and_the_rest_is_found()
    {
        var profiler = new TableProfiler(["grade", "x"]);
        for (int i = 0; i < 30; i++)
            for (int j = 0; j < 2; j++)
                profiler.Add(j, ColumnsOf.Text((i % 5) + j));
        ColumnRoles found = TableProfiler.RolesOf(profiler.ToProfiles());
        IReadOnlyList<ColumnProfile> told = profiler.ToProfiles(new ColumnRoles([new ColumnEntry { Name = "grade",
            Role = ColumnRole.Category }]));

        Assert.Equal([ColumnRole.Number, ColumnRole.Number], found.Select(entry => entry.Role));
        Assert.Equal([ColumnRole.Category, ColumnRole.Number], told.Select(profile => profile.Role));
        Assert.StartsWith("told by a person", told[0].Reason, StringComparison.Ordinal);
        Assert.Equal(5, told[0].CreateCodec().Categories);
    }
}
