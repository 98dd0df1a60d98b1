using System.Globalization;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tests.Roles;

public class MadeRolesTests
{
    private const int Count = 150;
    private static readonly List<string> s_warnings = [];
    private static readonly MLContext s_ml = Context();
    private static readonly IDataView s_rows = s_ml.Data.LoadFromEnumerable(Ledger.Make(300));
    private static readonly Lazy<DiffusionSynthesizeTransformer> s_model = new(() => Train(new()));
    private static readonly Lazy<IDataView[]> s_made = new(() => [s_model.Value.Generate(Count), Loaded(s_model.Value).Generate(Count)]);

    [Fact]
    public void Keys_are_new_and_different_whatever_their_type()
    {
        foreach (IDataView made in s_made.Value)
        {
            Fresh<int>(made, "Number");
            Fresh<long>(made, "Account");
            Fresh<float>(made, "Order");
            string[] ids = ColumnValues.Texts(made, "Id");
            Assert.Equal(Count, ids.Distinct(StringComparer.Ordinal).Count());
            Assert.All(ids, id => Assert.Matches("^C-[0-9]{4}$", id));
            Assert.Empty(ids.Intersect(ColumnValues.Texts(s_rows, "Id"), StringComparer.Ordinal));
        }

        Assert.Equal(ColumnValues.Of<long>(s_made.Value[0], "Account"), ColumnValues.Of<long>(s_made.Value[1], "Account"));
        Assert.All(ColumnValues.Of<long>(s_made.Value[0], "Account"), account => Assert.Equal(12, $"{account}".Length));
        Assert.All(ColumnValues.Of<float>(s_made.Value[0], "Order"), order => Assert.Equal(MathF.Truncate(order), order));
    }

    [Fact]
    public void Dates_are_working_days_in_the_range_whatever_their_type()
    {
        foreach (IDataView made in s_made.Value)
        {
            Assert.All(ColumnValues.Of<DateTime>(made, "Day"), IsWorkingDay);
            Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), moment =>
            {
                IsWorkingDay(moment.Date);
                Assert.Equal(TimeSpan.FromHours(-5), moment.Offset);
                Assert.Equal(0, moment.Ticks % TimeSpan.TicksPerMinute);
            });
            Assert.All(ColumnValues.Of<int>(made, "Booked"), day => IsWorkingDay(Date($"{day}", "yyyyMMdd")));
            Assert.All(ColumnValues.Texts(made, "Visit").Where(text => text.Length > 0), text => IsWorkingDay(Date(text, "dd.MM.yyyy")));
            Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), length =>
                Assert.InRange(length, TimeSpan.Zero, TimeSpan.FromMinutes(2999)));
        }
    }

    [Fact]
    public void Codes_are_those_that_exist_and_amounts_have_their_sign()
    {
        foreach (IDataView made in s_made.Value)
        {
            Assert.Empty(ColumnValues.Of<short>(made, "Zip").Except(ColumnValues.Of<short>(s_rows, "Zip")));
            Assert.Empty(ColumnValues.Of<ulong>(made, "Device").Except(ColumnValues.Of<ulong>(s_rows, "Device")));
            Assert.All(ColumnValues.Texts(made, "Price").Where(text => text.Length > 0), text =>
                Assert.Matches(@"^\$[0-9,]+\.[0-9]{2}$", text));
        }
    }

    [Fact]
    public void Addresses_stay_empty_with_a_warning_and_are_invented_on_request()
    {
        Assert.All(ColumnValues.Texts(s_made.Value[0], "Email"), text => Assert.Equal("", text));
        Assert.Contains(s_warnings.ToArray(), warning => warning.StartsWith("Column 'Email' is not learnt", StringComparison.Ordinal)
            && warning.Contains("PersonalTexts", StringComparison.Ordinal));

        IDataView made = Train(new() { PersonalTexts = IdentifierHandling.MakeAnew, Keys = IdentifierHandling.LeaveEmpty }).Generate(Count);
        string[] addresses = ColumnValues.Texts(made, "Email");
        Assert.Equal(Count, addresses.Distinct(StringComparer.Ordinal).Count());
        Assert.All(addresses, address => Assert.Matches(@"^[a-z0-9]+@example\.(com|net|org)$", address));
        Assert.All(ColumnValues.Texts(made, "Id"), text => Assert.Equal("", text));
        Assert.All(ColumnValues.Of<float>(made, "Order"), order => Assert.Equal(float.NaN, order));
        Assert.All(ColumnValues.Of<int>(made, "Number"), number => Assert.Equal(0, number));
    }

    [Fact]
    public void Roles_are_saved_with_the_model()
    {
        ColumnRoles roles = Loaded(s_model.Value).Roles!;
        Assert.Equal(s_model.Value.Roles!.ToJson(), roles.ToJson());
        Assert.Equal(ColumnRole.Date, roles["Visit"].Role);
        Assert.NotEmpty(roles["Visit"].Reason!);
    }

    [Fact]
    public void A_date_is_a_condition_in_the_spelling_of_its_column()
    {
        IDataView made = s_model.Value.Generate(20, new RowConditions().Where("Visit", "06.03.2023"));
        Assert.All(ColumnValues.Texts(made, "Visit"), text => Assert.Equal("06.03.2023", text));
    }

    [Fact]
    public void A_role_that_a_person_gives_is_taken()
    {
        ColumnRoles roles = new([
            new ColumnEntry { Name = "Number", Role = ColumnRole.Number },
            new ColumnEntry { Name = "City", Role = ColumnRole.Key },
        ]);
        DiffusionSynthesizeTransformer model = Train(new() { Roles = roles });
        Assert.Contains("Number", model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.DoesNotContain("City", model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.Empty(ColumnValues.Texts(model.Generate(Count), "City").Intersect(["Oulu", "Turku"], StringComparer.Ordinal));
    }

    [Fact]
    public void Whole_numbers_that_would_be_rounded_are_refused_where_they_are_to_be_numbers()
    {
        ColumnRoles roles = new([new ColumnEntry { Name = "Device", Role = ColumnRole.Number }]);
        DiffusionSynthesizeEstimator.Options[] all = [new() { Roles = roles }, new() { InferRoles = false }];
        foreach (DiffusionSynthesizeEstimator.Options options in all)
        {
            string sentence = Assert.Throws<InvalidDataException>(() => Train(options)).Message;
            Assert.Contains("Column 'Device' has the number 90071992547", sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void More_keys_than_a_type_has_room_for_are_refused_before_a_row_is_made()
    {
        string sentence = Assert.Throws<ArgumentException>(() => s_model.Value.Generate(3_000_000_000)).Message;
        Assert.Contains("has no room for 3000000000 new keys", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_added_for_a_trainer_have_new_keys_too()
    {
        DiffusionAugmentEstimator.Options options = new() { Method = Quick.Masked() };
        IDataView added = s_ml.Transforms.DiffusionAugment(50, "Label", options).Fit(s_rows).AddedRows!;
        Assert.Empty(ColumnValues.Of<int>(added, "Number").Intersect(ColumnValues.Of<int>(s_rows, "Number")));
    }

    private static void Fresh<T>(IDataView made, string column)
    {
        T[] keys = ColumnValues.Of<T>(made, column);
        Assert.Equal(Count, keys.Distinct().Count());
        Assert.Empty(keys.Intersect(ColumnValues.Of<T>(s_rows, column)));
    }

    private static void IsWorkingDay(DateTime day)
    {
        Assert.InRange(day, Ledger.FirstDay, Ledger.FirstDay.AddDays(700));
        Assert.DoesNotContain(day.DayOfWeek, new[] { DayOfWeek.Saturday, DayOfWeek.Sunday });
    }

    private static DateTime Date(string text, string format) => DateTime.ParseExact(text, format, CultureInfo.InvariantCulture);

    private static DiffusionSynthesizeTransformer Train(DiffusionSynthesizeEstimator.Options options)
    {
        options.Method = Quick.Masked();
        return s_ml.Transforms.DiffusionSynthesize("Label", options).Fit(s_rows);
    }

    private static DiffusionSynthesizeTransformer Loaded(DiffusionSynthesizeTransformer model)
    {
        using var file = new MemoryStream();
        s_ml.Model.Save(model, s_rows.Schema, file);
        file.Position = 0;
        return (DiffusionSynthesizeTransformer)s_ml.Model.Load(file, out _);
    }

    private static MLContext Context()
    {
        var ml = new MLContext(seed: 3);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                s_warnings.Add(message.RawMessage);
        };
        return ml;
    }
}
