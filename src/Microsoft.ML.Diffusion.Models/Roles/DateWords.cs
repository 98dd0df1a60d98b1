namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Names of months and days of the week.</summary>
internal static class DateWords
{
    /// <summary>Languages in the order in which they are tried.</summary>
    public static readonly string[] Languages = ["en", "de", "fr", "es"];

    private static readonly string[][] s_months =
    [
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    ];

    private static readonly string[][] s_shortMonths =
    [
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
        ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"],
        ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
    ];

    private static readonly string[][] s_days =
    [
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
        ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
    ];

    private static readonly string[][] s_shortDays =
    [
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
        ["dim", "lun", "mar", "mer", "jeu", "ven", "sam"],
        ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
    ];

    /// <summary>The names of a field in a language: months from January, days from Sunday.</summary>
    public static string[] Of(DateField field, int language) => field switch
    {
        DateField.MonthName => s_months[language],
        DateField.MonthShort => s_shortMonths[language],
        DateField.DayName => s_days[language],
        _ => s_shortDays[language],
    };

    /// <summary>Index of a word among the names of a field; -1 where it is none.</summary>
    public static int IndexOf(DateField field, int language, ReadOnlySpan<char> word)
    {
        string[] names = Of(field, language);
        for (int i = 0; i < names.Length; i++)
            if (word.Equals(names[i], StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }
}
