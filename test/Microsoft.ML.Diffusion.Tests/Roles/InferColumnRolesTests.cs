using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tests.Roles;

public class InferColumnRolesTests
{
    private static readonly MLContext s_ml = new(seed: 3);
    private static readonly IDataView s_rows = s_ml.Data.LoadFromEnumerable(Ledger.Make(300));
    private static readonly ColumnRoles s_roles = s_ml.Data.InferColumnRoles(s_rows);

    [Theory]
    [InlineData("Id", ColumnRole.Key)]
    [InlineData("Number", ColumnRole.Key)]
    [InlineData("Account", ColumnRole.Key)]
    [InlineData("Order", ColumnRole.Key)]
    [InlineData("Visit", ColumnRole.Date)]
    [InlineData("Price", ColumnRole.Amount)]
    [InlineData("Booked", ColumnRole.Date)]
    [InlineData("Zip", ColumnRole.Code)]
    [InlineData("Device", ColumnRole.Code)]
    [InlineData("Email", ColumnRole.Email)]
    [InlineData("City", ColumnRole.Category)]
    [InlineData("Day", ColumnRole.Date)]
    [InlineData("Moment", ColumnRole.Timestamp)]
    [InlineData("Length", ColumnRole.Duration)]
    [InlineData("Weight", ColumnRole.Number)]
    [InlineData("Signals", ColumnRole.Number)]
    [InlineData("Label", ColumnRole.YesNo)]
    public void Every_column_has_a_role_with_a_reason(string column, ColumnRole expected)
    {
        ColumnEntry entry = s_roles[column];
        Assert.True(entry.Role == expected, $"{entry.Role}: {entry.Reason}");
        Assert.NotEmpty(entry.Reason!);
    }

    [Fact]
    public void Dates_of_working_days_are_known_as_such_whatever_their_type()
    {
        Assert.All(["Visit", "Booked", "Day", "Moment"], column => Assert.Equal(DateHabit.Weekdays, s_roles[column].Habit));
    }

    [Fact]
    public void A_file_of_roles_is_read_as_it_was_written()
    {
        string path = Path.GetTempFileName();
        try
        {
            s_roles.Save(path);
            Assert.Equal(s_roles.ToJson(), ColumnRoles.Load(path).ToJson());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Roles_that_do_not_fit_the_view_are_refused_in_a_sentence()
    {
        Refused("'Pric'; did you mean Price?", new ColumnRoles([new ColumnEntry { Name = "Pric", Role = ColumnRole.Amount }]));
        Refused("column 'Label' is of the role date, which a column of the type Boolean cannot have",
            s_roles.With("Label", ColumnRole.Date));
        Refused("'City' cannot be of the role date", s_roles.With("City", ColumnRole.Date));
    }

    private static void Refused(string sentence, ColumnRoles roles)
    {
        DiffusionSynthesizeEstimator.Options options = new() { Method = Quick.Masked(), Roles = roles };
        Assert.Contains(
            sentence, Assert.Throws<ArgumentException>(() => s_ml.Transforms.DiffusionSynthesize(options: options).Fit(s_rows)).Message,
            StringComparison.Ordinal);
    }
}
