Feature: Whoever must know of a rollback learns it from one message

  Scenario Outline: Notification of Rollback Events
    Given the automated rollback mechanism
    When a rollback is triggered
    Then a notification should be sent to the on-call team and stakeholders, including details of the incident and the rollback status

    Examples:
      | platform | policy | incident      | value | limit     |
      | ECS      | orders | a bad release | 40    | above 5   |
      | Lambda   | stock  | a bad release | 12 %  | above 5 % |
      | Server   | vans   | a bad release | 7     | above 2   |

  Scenario Outline: What happens twice is told once
    Given the guarded service of a policy
    And every event and every sweep arrives twice
    When the incident happens during a deployment
    Then each channel is told each status once
    And all of it delivered once more tells nobody anything

    Examples:
      | platform | policy | incident      |
      | ECS      | orders | a bad release |
      | Lambda   | stock  | a bad release |
      | Server   | vans   | a bad release |
